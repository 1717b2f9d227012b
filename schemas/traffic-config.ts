import { Type } from "typebox";
import { closed } from "./closed.ts";
import { defaults } from "./defaults.ts";
import { flag, integer, milliseconds, number } from "./fields.ts";

const maxBytes = 2_147_483_647;

export const Limits = closed({
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
    integer(1, 1000, {
      default: defaults.limits.maxJsonDepth,
      description: "Deepest nesting of a request body or an answer.",
    }),
  ),
  max_in_flight: Type.Optional(
    integer(0, 1_000_000, {
      default: defaults.admission.maxInFlight,
      description: "Model requests served at one time; 0 is no limit. Beyond it and the queue: 503.",
    }),
  ),
  queue_size: Type.Optional(
    integer(0, 1_000_000, {
      default: defaults.admission.queueSize,
      description: "Requests that may wait for a place, as long as `queue_ms` lets them.",
    }),
  ),
  queue_ms: Type.Optional(
    milliseconds(0, defaults.admission.queueMs, "Milliseconds that one may wait; 0: none waits."),
  ),
  adaptive: Type.Optional(
    flag(
      defaults.admission.adaptive,
      "Whether the limit falls below `max_in_flight` (below 1000 where that is 0) while answers slow down.",
    ),
  ),
  max_rss_mb: Type.Optional(
    integer(0, 1_000_000, {
      default: 0,
      description: "Resident memory in MiB beyond which requests are refused with 503; 0 is no limit.",
    }),
  ),
  max_loop_delay_ms: Type.Optional(
    milliseconds(
      0,
      defaults.admission.maxLoopDelayMs,
      "Delay of the event loop in milliseconds beyond which requests are refused with 503; 0 is no limit.",
    ),
  ),
});

export const Translation = closed(
  {
    on_loss: Type.Optional(
      Type.Enum(["warn", "reject"], {
        default: defaults.translation.onLoss,
        description:
          "What happens to a request part that the served model's API cannot express: left out and named in `x-arouter-warnings`, or 400 before anything is sent. The header `x-arouter-strict: 1` rejects for one request.",
      }),
    ),
    auto_cache: Type.Optional(
      flag(
        defaults.translation.autoCache,
        'Whether translated requests that mark nothing for the prompt cache ask Anthropic to keep the instructions and the conversation so far for five minutes. Agents save most of their input tokens; a prompt that never comes again costs a quarter more. Clients say no with `prompt_cache_options.mode = "explicit"`.',
      ),
    ),
    downloads: Type.Optional(
      flag(
        defaults.translation.downloads,
        "Whether the gateway fetches files named by URL for upstreams that take bytes only.",
      ),
    ),
    download_max_bytes: Type.Optional(
      integer(1, maxBytes, { default: defaults.translation.downloadMaxBytes, description: "Largest such file." }),
    ),
    download_timeout_ms: Type.Optional(
      milliseconds(1, defaults.translation.downloadTimeoutMs, "Milliseconds for one such file, redirects included."),
    ),
    download_private: Type.Optional(
      flag(
        defaults.translation.downloadPrivate,
        "Whether such a URL may lead into a private network. Whoever may call the gateway can then read from that network.",
      ),
    ),
  },
  "What happens when the client's API is not the served model's.",
);

export const Routing = closed(
  {
    strategy: Type.Optional(
      Type.Enum(["weight_tps", "priority", "price", "latency", "throughput", "round_robin"], {
        default: defaults.routing.strategy,
        description:
          "What orders upstreams of the same `priority`. `weight_tps`: those not slow, then `weight`, then speed; `priority`: the file alone; `price`; `latency`: time to the first token; `throughput`: speed; `round_robin`: turns.",
      }),
    ),
    min_tps: Type.Optional(
      number(0, 1_000_000, {
        default: defaults.routing.minTps,
        description: "Output tokens a second below which an upstream is slow under `weight_tps`; 0 is off.",
      }),
    ),
    slow: Type.Optional(
      Type.Enum(["demote", "exclude"], {
        default: defaults.routing.slow,
        description: "Slow upstreams are tried last, or only when all are slow (`exclude`).",
      }),
    ),
    name_inference: Type.Optional(
      Type.Boolean({
        description:
          "Whether names that nothing lists are served: `claude-*` by the Anthropic provider, others by the default provider. Default: `true`, without `[tiers]`. `router.default_provider` works in any case.",
      }),
    ),
    tier_match: Type.Optional(
      Type.Enum(["contains", "prefix", "glob"], {
        default: defaults.tierMatch,
        description:
          "Which names a keyword of `[tiers]` stands for, in any case of letters: those that contain it, that begin with it, or that it matches as a glob. May be written as `match` in `[tiers]`.",
      }),
    ),
    unknown_model_status: Type.Optional(
      Type.Enum(["auto", 400, 404, 502], {
        default: "auto",
        description:
          "The status for a model that nothing serves. `auto` is 400 with `[tiers]` and no default provider, else 404.",
      }),
    ),
  },
  "How the upstreams of one model are ordered.",
);

export const Failover = closed(
  {
    statuses: Type.Optional(
      Type.Array(integer(400, 599, { description: "An HTTP status." }), {
        maxItems: 200,
        default: [...defaults.failoverStatuses],
        description:
          "Upstream statuses that go on to the next key or upstream; network failures and timeouts always do.",
      }),
    ),
    include_4xx: Type.Optional(
      flag(false, "Every other 4xx goes on, too. A bad request is then sent to every upstream."),
    ),
    exhausted: Type.Optional(
      Type.Enum(["last_error", "bad_gateway"], {
        default: defaults.failover.exhausted,
        description: "What the client gets when none is left: the last upstream's error, or a 502.",
      }),
    ),
    max_attempts: Type.Optional(
      integer(1, 100, {
        default: defaults.failover.maxAttempts,
        description: "Attempts for one request in all, retries included.",
      }),
    ),
    deadline_ms: Type.Optional(
      milliseconds(
        0,
        defaults.failover.deadlineMs,
        "Milliseconds after the request came in when no further attempt begins; 0 is no limit.",
      ),
    ),
    relay_401: Type.Optional(flag(false, "Whether a provider's 401 reaches the client as it is, not as a 502.")),
  },
  "When a failed request goes on to another key or upstream of the same model. Nothing does once the client has a first byte.",
);
