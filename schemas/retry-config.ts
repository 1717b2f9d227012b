import { Type } from "typebox";
import { closed } from "./closed.ts";
import { defaults } from "./defaults.ts";
import { integer, milliseconds, number } from "./fields.ts";

const keys = {
  max_attempts: Type.Optional(
    integer(1, 10, {
      default: defaults.retry.maxAttempts,
      description: "Attempts at one upstream model in all; 1 never retries.",
    }),
  ),
  initial_backoff_ms: Type.Optional(
    milliseconds(
      1,
      defaults.retry.initialBackoffMs,
      "Milliseconds before the first retry at most; jitter shortens it.",
    ),
  ),
  max_backoff_ms: Type.Optional(
    milliseconds(
      1,
      defaults.retry.maxBackoffMs,
      "Upper bound of the backoff; a longer `Retry-After` is not waited for.",
    ),
  ),
  multiplier: Type.Optional(
    number(1, 10, { default: defaults.retry.multiplier, description: "What each retry multiplies the backoff by." }),
  ),
  statuses: Type.Optional(
    Type.Array(integer(400, 599, { description: "An HTTP status." }), {
      maxItems: 200,
      default: [...defaults.retryStatuses],
      description: "Upstream statuses that are retried; network failures always are.",
    }),
  ),
  same_provider: Type.Optional(
    Type.Enum(["auto", "always", "never"], {
      default: defaults.retry.sameProvider,
      description:
        "When the same upstream model is asked again: once all others were (`auto`), before they are (`always`), or `never`.",
    }),
  ),
};

export const ProviderRetry = closed(keys, "What is absent is as in `[retry]`.");

export const Retry = closed(
  {
    ...keys,
    budget: Type.Optional(
      closed(
        {
          percent: Type.Optional(
            integer(0, 1000, {
              default: defaults.retryBudget.percent,
              description: "Retries of one provider per hundred of its first attempts.",
            }),
          ),
          min_per_second: Type.Optional(
            number(0, 100_000, {
              default: defaults.retryBudget.minPerSecond,
              description: "Retries of one provider a second that are allowed besides.",
            }),
          ),
        },
        "Retries beyond it are not made: they would only add to an outage.",
      ),
    ),
  },
  "When a failed request is sent to the same upstream model again, for all providers.",
);
