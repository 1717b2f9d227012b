import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const nullable = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const count = Type.Number({ minimum: 0 });

const Tokens = Type.Object({ input: count, cache_read: count, cache_write: count, output: count, reasoning: count });

const Attempt = Type.Object({
  outcome: Type.String(),
  tokens: nullable(Tokens),
  service_tier: nullable(Type.String()),
});

const Facts = Type.Object({
  tools: Type.Boolean(),
  image: Type.Boolean(),
  response_format: nullable(Type.String()),
  max_tokens: nullable(Type.Number()),
  input_tokens: Type.Object({ least: count, most: nullable(count) }),
  overrides: Type.Array(Type.String()),
});

/** What a what-if needs of a trace, as GET /api/v1/traces and the log file have it. */
const PastRequestSchema = Type.Object({
  id: Type.String(),
  time: Type.String(),
  endpoint: Type.String(),
  model_requested: Type.String(),
  model_served: Type.String(),
  provider: Type.String(),
  rule: Type.String(),
  stream: Type.Boolean(),
  facts: nullable(Facts),
  cost: nullable(Type.Number()),
  attempts: Type.Array(Attempt),
});

export type PastRequest = Static<typeof PastRequestSchema>;

/** Undefined when it is something else. */
export function pastRequest(json: unknown): PastRequest | undefined {
  return Value.Check(PastRequestSchema, json) && Number.isFinite(Date.parse(json.time)) ? json : undefined;
}
