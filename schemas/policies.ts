import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { maxTimerMs } from "./defaults.ts";
import { integer } from "./fields.ts";

const maxU32 = 4_294_967_295;
const tokens = (description: string) => Type.Optional(integer(0, maxU32, { description }));
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
const modelName = Type.String({ minLength: 1, description: "A model name, or `<provider>/<model>`." });
const Endpoint = Type.Enum([
  "chat_completions",
  "responses",
  "messages",
  "generate_content",
  "completions",
  "embeddings",
]);

/** All conditions of a rule must hold; a key that is absent is a wildcard. */
const When = closed({
  tokens_input_lt: tokens("Estimated input tokens are fewer than this."),
  tokens_input_lte: tokens("Estimated input tokens are at most this."),
  tokens_input_gt: tokens("Estimated input tokens are more than this."),
  tokens_input_gte: tokens("Estimated input tokens are at least this."),
  max_tokens_lt: tokens("The client's output limit is less than this; false when it set none."),
  max_tokens_gt: tokens("The client's output limit is more than this; false when it set none."),
  no_tools: flag("`true`: the request has no tools. `false`: it has some."),
  has_tools: flag("`true`: the request has tools. `false`: it has none."),
  no_image: flag("`true`: no message holds an image. `false`: one does."),
  has_image: flag("`true`: a message holds an image. `false`: none does."),
  stream: flag("Whether the client asked for a stream."),
  response_format_type: Type.Optional(
    Type.Enum(["json_schema", "json_object", "text"], { description: "The `type` of the response format asked for." }),
  ),
  model_in: Type.Optional(
    Type.Array(modelName, { minItems: 1, maxItems: 1000, description: "The model asked for is one of these." }),
  ),
  model_glob: Type.Optional(
    Type.Union(
      [Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 100 })],
      {
        description: "The model asked for matches one of these; `*` is any run of characters, `?` is one.",
      },
    ),
  ),
  endpoint: Type.Optional(
    Type.Union([Endpoint, Type.Array(Endpoint, { minItems: 1 })], {
      description:
        "The API that the request came in on. For `embeddings` only rules that name it count: the others speak of models that converse.",
    }),
  ),
  header: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String(), Type.Boolean()]), {
      description: "By request header: its exact value, `true` for present or `false` for absent.",
    }),
  ),
});

/** What a matching rule does. */
const Then = closed({
  model: Type.String({ minLength: 1, description: "The model that answers instead; it decides the provider anew." }),
  validate: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      maxItems: 8,
      default: [],
      description:
        "Checks on the answer: `json_schema` is the schema in the request, `<file>.json` a schema file beside the policies.",
    }),
  ),
  fallback_chain: Type.Optional(
    Type.Array(modelName, { maxItems: 8, default: [], description: "Models tried in order when a check fails." }),
  ),
  fallback_on: Type.Optional(
    Type.Array(Type.Enum(["validation", "error"]), {
      minItems: 1,
      maxItems: 2,
      default: ["validation"],
      description:
        "What moves on along the chain: a failed check, an `error` once every upstream of the model has failed.",
    }),
  ),
  hedge: Type.Optional(
    closed(
      {
        after_ms: integer(0, maxTimerMs, { description: "Milliseconds until the second model starts; 0 starts both." }),
        with_model: Type.String({ minLength: 1, description: "The second model." }),
      },
      "A second model raced against the first; the first one to answer is kept, the other is cancelled but may cost.",
    ),
  ),
});

const Rule = closed({
  name: Type.String({ minLength: 1, maxLength: 64, description: "Unique; the label in metrics and `x-arouter-rule`." }),
  when: Type.Optional(When),
  // biome-ignore lint/suspicious/noThenProperty: the policy language's own word; nothing awaits this object.
  then: Then,
});

/** The policy file: rules, of which the first that matches decides. */
export const PoliciesSchema = closed({
  rules: Type.Array(Rule, { maxItems: 100_000, description: "Tried from top to bottom; the first match wins." }),
});

export type Policies = Static<typeof PoliciesSchema>;
export type Rule = Static<typeof Rule>;
export type When = Static<typeof When>;
