import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { defaults } from "./defaults.ts";
import { apiNames, dialectNames } from "./dialect-names.ts";
import { flag, integer, milliseconds, number, text } from "./fields.ts";
import { ProviderRetry } from "./retry-config.ts";
import { AlsoSurface, surfaceKeys } from "./surface-config.ts";

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

const OAuth = closed(
  {
    token_url: text("The token endpoint."),
    client_id: text("The client's id: text, or `env.NAME`."),
    client_secret: Type.String({ description: secret }),
    scope: Type.Optional(text("The scopes to ask for, separated by blanks.")),
    audience: Type.Optional(text("The audience, where the endpoint wants one.")),
  },
  "Client credentials (OAuth 2.0): requests carry a bearer token that is fetched with them and kept until shortly before it expires.",
);

/** `[providers.<name>]`. */
export const Provider = closed({
  label: Type.Optional(text("What people call it, in health and logs. Default: its name.")),
  type: Type.Optional(
    Type.Enum([...new Set([...apiNames, ...dialectNames])], {
      description:
        "Whose API the upstream speaks (`openai`, `openai-responses`, `anthropic`, `gemini`), or which of the upstreams that ARouter knows it is. Default: the provider's name where that is one of them and there is no `base_url`, else `anthropic`; `openai` and `google` always mean themselves.",
    }),
  ),
  api: Type.Optional(
    Type.Enum([...apiNames], {
      description:
        "Of an upstream with several APIs the one that requests of other APIs are translated to. Default: by `type`.",
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
  oauth: Type.Optional(OAuth),
  base_url: Type.Optional(
    text("Where the API lives; a trailing `/v1` may be left out. Default: by `type`, where that has one address."),
  ),
  ...surfaceKeys,
  also: Type.Optional(
    Type.Array(AlsoSurface, {
      maxItems: 8,
      description: "Further APIs of it, one table each. Default: those that ARouter knows of its `type`.",
    }),
  ),
  transform: Type.Optional(
    text(
      "A TypeScript file beside this one with code of your own for requests, headers and stream events. Its type is `Transform` of `arouter/runtime`.",
    ),
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
  timeouts: Type.Optional(Timeouts),
  retry: Type.Optional(ProviderRetry),
  circuit_breaker: Type.Optional(CircuitBreaker),
  connection: Type.Optional(Connection),
});

export type ProviderConfig = Static<typeof Provider>;
