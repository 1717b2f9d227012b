import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { defaults } from "./defaults.ts";
import { flag, integer, milliseconds, text } from "./fields.ts";
import { Lint } from "./lint-config.ts";
import { Log } from "./log-config.ts";
import { Model, Tier } from "./model-config.ts";
import { profileNames } from "./profile-names.ts";
import { Provider } from "./provider-config.ts";
import { Retry } from "./retry-config.ts";
import { Store } from "./store-config.ts";
import { Telemetry } from "./telemetry-config.ts";
import { Failover, Limits, Routing, Translation } from "./traffic-config.ts";

const maxBytes = 2_147_483_647;

const Router = closed({
  policy_file: Type.Optional(text("The policies, relative to this file. Without it there are no rules.")),
  preflush_buffer_bytes: Type.Optional(
    integer(1, maxBytes, {
      default: defaults.preflush.bufferBytes,
      description: "Assistant text held back from a validated stream while a bad answer can still be replaced.",
    }),
  ),
  preflush_max_ms: Type.Optional(
    milliseconds(1, defaults.preflush.maxMs, "The longest time that text is held back, in milliseconds."),
  ),
  default_provider: Type.Optional(
    text(
      "Serves models that nothing else claims. Default: `openai`, else the first of type openai, else the only provider.",
    ),
  ),
});

/** arouter.toml: the TypeScript type, the shape check, the editor's schema and the README's table all come from here. */
export const ConfigSchema = closed({
  profile: Type.Optional(
    Type.Enum([...profileNames], {
      description:
        "Whose defaults hold for what the file leaves out; `--profile` overrides it. Default: ARouter's own.",
    }),
  ),
  listen_addr: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 16 })], {
      default: defaults.listenAddress,
      description: "`host:port`, or a list of them.",
      "x-env": "AROUTER_LISTEN_ADDR",
    }),
  ),
  allow_privileged_port: Type.Optional(flag(false, "Permits ports below 1024.")),
  router: Type.Optional(Router),
  providers: Type.Optional(
    Type.Record(Type.String(), Provider, {
      description: "One table per upstream. Without any, `openai` and `anthropic` with keys from the environment.",
    }),
  ),
  models: Type.Optional(Type.Array(Model, { maxItems: 100_000, description: "What serves a model: one table each." })),
  tiers: Type.Optional(Type.Record(Type.String(), Tier, { description: "Model names by keyword: one table each." })),
  routing: Type.Optional(Routing),
  failover: Type.Optional(Failover),
  retry: Type.Optional(Retry),
  telemetry: Type.Optional(Telemetry),
  auth: Type.Optional(
    closed({
      mode: Type.Optional(
        Type.Enum(["auto", "open", "nonempty", "keys"], {
          default: "auto",
          description:
            "Who may call: anyone (`open`), anyone with some key (`nonempty`), holders of a key in `keys`. `auto` is `keys` when there are any, else `open`.",
        }),
      ),
      keys: Type.Optional(
        Type.Array(Type.String(), {
          maxItems: 10_000,
          default: [],
          description:
            "Keys that clients may present, each written like `api_key`; `$RANDOM_KEY` is one made and shown at the start.",
        }),
      ),
    }),
  ),
  limits: Type.Optional(Limits),
  translation: Type.Optional(Translation),
  benchmark: Type.Optional(
    closed(
      {
        enabled: Type.Optional(flag(defaults.benchmark.enabled, "Whether it runs. It costs money.")),
        interval_s: Type.Optional(
          integer(60, 86_400, {
            default: defaults.benchmark.intervalSeconds,
            description: "Seconds between two rounds.",
          }),
        ),
      },
      "Measures the speed of upstreams that have had no traffic, with a tiny request each.",
    ),
  ),
  admin: Type.Optional(
    closed({
      key: Type.Optional(
        text("What the admin endpoints ask for, written like `api_key`. Without it they are switched off."),
      ),
    }),
  ),
  http: Type.Optional(
    closed({
      response_model: Type.Optional(
        Type.Enum(["served", "requested"], {
          default: "served",
          description: "Which model name answers carry: the one that served, or the one the client asked for.",
        }),
      ),
    }),
  ),
  health: Type.Optional(
    closed({
      probe_interval_s: Type.Optional(
        integer(1, 86_400, {
          default: defaults.health.probeIntervalSeconds,
          description: "Seconds between two probes of the upstreams.",
        }),
      ),
      fail_on: Type.Optional(
        Type.Enum(["all", "any"], {
          default: defaults.health.failOn,
          description: "Whether `GET /healthz` answers 503 when `all` providers are offline, or `any` one.",
        }),
      ),
    }),
  ),
  store: Type.Optional(Store),
  log: Type.Optional(Log),
  lint: Type.Optional(Lint),
  shutdown: Type.Optional(
    closed({
      drain_ms: Type.Optional(
        milliseconds(0, defaults.shutdown.drainMs, "Milliseconds that requests in flight get to finish on SIGTERM."),
      ),
    }),
  ),
  startup: Type.Optional(
    closed({
      allow_missing_keys: Type.Optional(
        flag(defaults.startup.allowMissingKeys, "Start even when a provider has no key."),
      ),
    }),
  ),
});

export type Config = Static<typeof ConfigSchema>;
