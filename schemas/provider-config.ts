import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { defaults } from "./defaults.ts";
import { flag, integer, milliseconds, number, text } from "./fields.ts";
import { ProviderRetry } from "./retry-config.ts";

const secret = "`env.NAME`, `$" + "{NAME}`, or the key itself. Read when the gateway starts, never compiled in.";
const limit = (maximum: number, description: string) => Type.Optional(integer(1, maximum, { description }));
const budget = (description: string) => Type.Optional(number(0, 1_000_000_000, { description }));

const Key = closed(
  {
    id: Type.Optional(text("Names the key in health, traces and logs. Default: `key-1`, `key-2`, … by position.")),
    key: Type.String({ description: secret }),
    weight: Type.Optional(
      integer(1, 1_000_000, { default: 1, description: "Its share of the requests under `weighted`." }),
    ),
    rpm: limit(1_000_000_000, "Requests a minute. Default: no limit."),
    tpm: limit(1_000_000_000, "Tokens a minute. Default: no limit."),
    daily_budget_usd: budget("US dollars a day (UTC). Default: no limit."),
    monthly_budget_usd: budget("US dollars a month (UTC). Default: no limit."),
    billing: Type.Optional(
      Type.Enum(["platform", "byok"], {
        default: "platform",
        description: "Whose account it spends from: the gateway's, or a customer's own (`byok`).",
      }),
    ),
  },
  "A further key of the provider.",
);

const Timeouts = closed({
  connect_ms: Type.Optional(
    milliseconds(
      0,
      defaults.timeouts.connectMs,
      "Milliseconds to connect to an upstream that has not answered lately.",
    ),
  ),
  first_byte_ms: Type.Optional(
    milliseconds(
      0,
      defaults.timeouts.firstByteMs,
      "Milliseconds to the first byte of a streamed answer; a whole answer has only `total_ms`, as it comes when the model is done.",
    ),
  ),
  idle_ms: Type.Optional(
    milliseconds(0, defaults.timeouts.idleMs, "Milliseconds between two reads of a response body."),
  ),
  total_ms: Type.Optional(milliseconds(0, defaults.timeouts.totalMs, "Milliseconds for one whole attempt.")),
});

const CircuitBreaker = closed(
  {
    enabled: Type.Optional(flag(true, "Whether failures take an upstream model out of service for a while.")),
    failure_threshold: Type.Optional(
      integer(1, 1000, {
        default: defaults.circuitBreaker.failureThreshold,
        description:
          "Failures in a row that open it; four times as many where fewer than `error_rate` of the requests failed.",
      }),
    ),
    error_rate: Type.Optional(
      number(0.01, 1, {
        default: defaults.circuitBreaker.errorRate,
        description: "Share of failures, up to 1, that opens it as well.",
      }),
    ),
    min_requests: Type.Optional(
      integer(1, 1_000_000, {
        default: defaults.circuitBreaker.minRequests,
        description: "Requests within the window before `error_rate` counts.",
      }),
    ),
    window_ms: Type.Optional(
      milliseconds(1, defaults.circuitBreaker.windowMs, "Milliseconds that `error_rate` looks back."),
    ),
    cooldown_ms: Type.Optional(
      milliseconds(1, defaults.circuitBreaker.cooldownMs, "Milliseconds until one probe request is let through."),
    ),
  },
  "One for each upstream model. Network failures, timeouts and 5xx count; 429 is the key's own matter.",
);

const Connection = closed(
  {
    max_idle_per_host: Type.Optional(
      integer(0, 10_000, {
        default: defaults.connection.maxIdlePerHost,
        description: "Idle connections kept per host.",
      }),
    ),
    idle_timeout_ms: Type.Optional(
      milliseconds(0, defaults.connection.idleTimeoutMs, "Milliseconds until an idle connection is closed."),
    ),
  },
  "Checked, but not acted on: connections are pooled by Bun, which keeps them alive and offers no such setting.",
);

/** `[providers.<name>]`. */
export const Provider = closed({
  label: Type.Optional(text("What people call it, in health and logs. Default: its name.")),
  type: Type.Optional(
    Type.Enum(["openai", "anthropic"], {
      description: "Whose API the upstream speaks. Default: `openai` for the provider of that name, else `anthropic`.",
    }),
  ),
  api_key: Type.Optional(Type.String({ description: secret, "x-env": "AROUTER_<NAME>_API_KEY" })),
  keys: Type.Optional(
    Type.Array(Key, {
      minItems: 1,
      maxItems: 1000,
      description: "A pool of keys. An `api_key` beside it is the first, `default`.",
    }),
  ),
  pool: Type.Optional(
    Type.Enum(["round_robin", "fallback", "weighted", "random", "least_used"], {
      default: defaults.pool,
      description: "How the keys share the requests; `fallback` uses the next only when those before it cannot serve.",
    }),
  ),
  base_url: Type.Optional(
    text(
      "Where the API lives; a trailing `/v1` may be left out. Default: `https://api.openai.com` or `https://api.anthropic.com`, by `type`.",
    ),
  ),
  path: Type.Optional(
    text("Where requests go below `base_url`. Default: `/v1/chat/completions` or `/v1/messages`, by `type`."),
  ),
  auth: Type.Optional(
    Type.Enum(["bearer", "x-api-key", "none"], {
      description: "How the key is sent. Default: `bearer` for OpenAI, `x-api-key` for Anthropic.",
    }),
  ),
  models: Type.Optional(
    Type.Array(text("A model name."), {
      maxItems: 10_000,
      default: [],
      description: "Further models for `GET /v1/models`.",
    }),
  ),
  max_in_flight: Type.Optional(
    integer(0, 1_000_000, { default: 0, description: "Requests to it at one time; 0 is no limit." }),
  ),
  quarantine: Type.Optional(
    flag(true, "Whether a key that is refused or rate-limited rests for a while, as long as its provider says."),
  ),
  zdr: Type.Optional(
    flag(false, "Whether it keeps nothing of what it is sent (zero data retention); requests can insist on that."),
  ),
  data_collection: Type.Optional(
    Type.Enum(["allow", "deny"], {
      default: "allow",
      description: "Whether it may store or learn from what it is sent; requests can insist on `deny`.",
    }),
  ),
  stream_options: Type.Optional(
    flag(true, "Whether the upstream accepts `stream_options.include_usage` (OpenAI format)."),
  ),
  max_tokens_field: Type.Optional(
    Type.Enum(["auto", "max_tokens", "max_completion_tokens"], {
      default: "auto",
      description: "Which field carries the output limit (OpenAI format); `auto` follows the model.",
    }),
  ),
  timeouts: Type.Optional(Timeouts),
  retry: Type.Optional(ProviderRetry),
  circuit_breaker: Type.Optional(CircuitBreaker),
  connection: Type.Optional(Connection),
});

export type ProviderConfig = Static<typeof Provider>;
