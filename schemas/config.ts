import { type Static, Type } from "typebox";
import { closed, integer } from "./closed.ts";
import { defaults, maxTimerMs } from "./defaults.ts";

const maxBytes = 2_147_483_647;
const text = (description: string) => Type.String({ minLength: 1, description });
const flag = (fallback: boolean, description: string) => Type.Boolean({ default: fallback, description });
const milliseconds = (minimum: number, fallback: number, description: string) =>
  integer(minimum, maxTimerMs, { default: fallback, description });

const pending = "Checked, but not acted on by this version.";

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

const Retry = closed(
  {
    max_attempts: Type.Optional(
      integer(1, 10, { default: defaults.retry.maxAttempts, description: "Attempts in all; 1 never retries." }),
    ),
    initial_backoff_ms: Type.Optional(
      milliseconds(
        1,
        defaults.retry.initialBackoffMs,
        "Backoff of the first retry, before jitter; it doubles each time.",
      ),
    ),
    max_backoff_ms: Type.Optional(milliseconds(1, defaults.retry.maxBackoffMs, "Upper bound of the backoff.")),
    statuses: Type.Optional(
      Type.Array(integer(400, 599, { description: "An HTTP status." }), {
        maxItems: 50,
        default: [...defaults.retryStatuses],
        description: "Upstream statuses that are retried.",
      }),
    ),
  },
  pending,
);

const CircuitBreaker = closed(
  {
    enabled: Type.Optional(flag(true, "Whether failures in a row take the provider out of service for a while.")),
    failure_threshold: Type.Optional(
      integer(1, 1000, {
        default: defaults.circuitBreaker.failureThreshold,
        description: "Failures in a row that open it.",
      }),
    ),
    cooldown_ms: Type.Optional(
      milliseconds(1, defaults.circuitBreaker.cooldownMs, "Milliseconds until one probe request is let through."),
    ),
  },
  pending,
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
  pending,
);

const Provider = closed({
  type: Type.Optional(
    Type.Enum(["openai", "anthropic"], {
      description: "Whose API the upstream speaks. Required unless the provider is named `openai` or `anthropic`.",
    }),
  ),
  api_key: Type.Optional(
    Type.String({
      description: "`env.NAME`, `$" + "{NAME}`, or the key itself. Read when the gateway starts, never compiled in.",
      "x-env": "AROUTER_<NAME>_API_KEY",
    }),
  ),
  base_url: Type.Optional(
    text(
      "Where the API lives; a trailing `/v1` may be left out. Default: `https://api.openai.com` or `https://api.anthropic.com`, by `type`.",
    ),
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
  retry: Type.Optional(Retry),
  circuit_breaker: Type.Optional(CircuitBreaker),
  connection: Type.Optional(Connection),
});

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

const Limits = closed({
  max_body_bytes: Type.Optional(
    integer(1, maxBytes, { default: defaults.limits.maxBodyBytes, description: "Largest request body." }),
  ),
  max_response_bytes: Type.Optional(
    integer(1, maxBytes, {
      default: defaults.limits.maxResponseBytes,
      description: "Largest upstream answer held in memory.",
    }),
  ),
  max_json_depth: Type.Optional(
    integer(1, 1000, { default: defaults.limits.maxJsonDepth, description: "Deepest nesting of a request body." }),
  ),
});

/** arouter.toml: the TypeScript type, the shape check, the editor's schema and the README's table all come from here. */
export const ConfigSchema = closed({
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
  telemetry: Type.Optional(
    closed({
      service_name: Type.Optional(
        Type.String({ minLength: 1, default: defaults.serviceName, description: "The service's name in traces." }),
      ),
      otlp_endpoint: Type.Optional(
        Type.String({
          minLength: 1,
          description: `Where traces go. ${pending}`,
          "x-env": "OTEL_EXPORTER_OTLP_ENDPOINT",
        }),
      ),
    }),
  ),
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
          description: "Keys that clients may present, each written like `api_key`.",
        }),
      ),
    }),
  ),
  limits: Type.Optional(Limits),
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
export type ProviderConfig = Static<typeof Provider>;
