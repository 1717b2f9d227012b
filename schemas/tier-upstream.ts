import { Type } from "typebox";
import { closed } from "./closed.ts";
import { maxTimerMs } from "./defaults.ts";
import { number, text } from "./fields.ts";
import { surfaceKeys } from "./surface-config.ts";

const seconds = (description: string) => Type.Optional(number(0, Math.floor(maxTimerMs / 1000), { description }));

/** What it can say in a provider's own words. */
export const tierSurfaceKeys = [
  "auth_header",
  "auth_template",
  "headers",
  "betas",
  "strip",
  "rename",
  "set",
  "defaults",
  "thinking",
  "stream_thinking",
  "drop_events",
] as const;

const {
  auth_header,
  auth_template,
  headers,
  betas,
  strip,
  rename,
  set,
  defaults,
  thinking,
  stream_thinking,
  drop_events,
} = surfaceKeys;

/** `[tiers.<keyword>]` with an upstream of its own in place of a provider's name. */
export const TierUpstream = closed({
  name: Type.Optional(text("What people call it, in health and logs. Default: the keyword.")),
  upstream: text("Where the Messages API lives."),
  target_path: Type.Optional(text("Where requests go below `upstream`. Default: `/v1/messages`.")),
  model_id: text("What the upstream calls the model."),
  key_env: Type.Optional(text("The environment variable that holds the key.")),
  auth_type: Type.Optional(Type.Enum(["x-api-key", "bearer"], { description: "How the key is sent." })),
  timeout_s: seconds("Seconds for one whole attempt; 0 is no limit."),
  connect_s: seconds("Seconds to connect; 0 is no limit."),
  ...{
    auth_header,
    auth_template,
    headers,
    betas,
    strip,
    rename,
    set,
    defaults,
    thinking,
    stream_thinking,
    drop_events,
  },
  transform: Type.Optional(text("A TypeScript file with code of your own, as of a provider.")),
});
