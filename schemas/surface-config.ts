import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { apiNames } from "./dialect-names.ts";
import { flag, text } from "./fields.ts";

const names = (description: string) => Type.Optional(Type.Array(text("A name."), { maxItems: 1000, description }));

const api = Type.Enum([...apiNames], { description: "Which API it is." });

/** How one API of an upstream is reached, and how it differs from the vendor whose format it speaks. */
export const surfaceKeys = {
  path: Type.Optional(
    text(
      "Where requests go below `base_url`, such as `/v1/messages`; `{model}` is the model's name. May have a query (`?api-version=…`). Default: the API's own path.",
    ),
  ),
  auth: Type.Optional(
    Type.Enum(["bearer", "x-api-key", "x-goog-api-key", "none"], {
      description:
        "How the key is sent. Default: `bearer` for the OpenAI APIs, `x-api-key` for Anthropic's, `x-goog-api-key` for Google's.",
    }),
  ),
  auth_header: Type.Optional(text("A header of another name for the key, instead of `auth`.")),
  auth_template: Type.Optional(text('What that header holds; `{key}` is the key. Default: `"{key}"`.')),
  headers: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: "Headers to add to every request: text, or `env.NAME` for what is secret.",
    }),
  ),
  betas: names("The only `anthropic-beta` values of clients that are sent on. Default: all."),
  strip: names(
    "What to leave out of bodies: a JSON pointer (`/reasoning_effort`, `/messages/*/name`; `*` is every element), or a member's name, at any depth of instructions, messages and tools. Default: `cache_control` and `/reasoning_effort` where a server other than Anthropic's own speaks its API, else nothing.",
  ),
  rename: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: "Members of the body to rename: old name, new name." }),
  ),
  set: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "Members of the body to set." })),
  defaults: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: "Members of the body to set where a request has none." }),
  ),
  thinking: Type.Optional(
    Type.Enum(["preserve", "strip", "stub"], {
      description:
        "Past thinking in requests: kept byte for byte, removed (and no new asked for), or replaced by empty blocks. Default: `preserve`.",
    }),
  ),
  stream_thinking: Type.Optional(
    Type.Enum(["pass", "drop"], {
      description: "Whether clients see the model's thinking, streamed or not. Default: `pass`.",
    }),
  ),
  drop_events: names("Types of stream events that clients never see."),
  stream_options: Type.Optional(
    flag(true, "Whether the upstream accepts `stream_options.include_usage` (Chat Completions)."),
  ),
  max_tokens_field: Type.Optional(
    Type.Enum(["auto", "max_tokens", "max_completion_tokens"], {
      description: "Which field carries the output limit (Chat Completions). Default: `auto`, by the model.",
    }),
  ),
  system_role: Type.Optional(
    Type.Enum(["auto", "system", "developer"], {
      description: "The role of leading instructions (OpenAI APIs). Default: `auto`, by the model.",
    }),
  ),
  effort_field: Type.Optional(
    Type.Enum(["auto", "reasoning_effort", "reasoning", "thinking", "enable_thinking", "none"], {
      description: "How reasoning effort is asked for (Chat Completions). Default: `auto`, by the model.",
    }),
  ),
  reasoning_field: Type.Optional(
    Type.Enum(["reasoning_content", "reasoning", "reasoning_details"], {
      description:
        "The member in which an assistant message takes its reasoning back (Chat Completions). Default: none.",
    }),
  ),
  reasoning_required: Type.Optional(
    flag(
      false,
      "Whether it refuses assistant messages without their `reasoning_field`: what clients leave out is remembered and put back.",
    ),
  ),
  think_tags: Type.Optional(flag(false, "Whether `<think>…</think>` at the head of the text is reasoning.")),
  inclusive_usage: Type.Optional(flag(false, "Whether `input_tokens` counts cached input as well (Anthropic's API).")),
  lacks: Type.Optional(
    Type.Array(
      Type.Enum([
        "tools",
        "custom-tools",
        "forced-tool",
        "parallel-tools",
        "images",
        "documents",
        "audio",
        "json-schema",
        "json-object",
        "stop",
        "sampling",
        "completions",
      ]),
      { maxItems: 20, description: "What it cannot be asked for; requests for it are translated as well as can be." },
    ),
  ),
};

/** A further API of a provider. */
export const AlsoSurface = closed(
  { api, base_url: Type.Optional(text("Where it lives. Default: the provider's `base_url`.")), ...surfaceKeys },
  "A further API of the same provider: a client that speaks it is served without translation.",
);

export type SurfaceConfig = Static<typeof AlsoSurface>;
/** What a surface and its provider can both say. */
export type SurfaceKeys = Omit<SurfaceConfig, "api" | "base_url">;
