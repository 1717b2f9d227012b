import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { integer, text } from "./fields.ts";

const usd = (description: string) => Type.String({ minLength: 1, maxLength: 40, description });
const day = (description: string) => Type.String({ minLength: 10, maxLength: 10, description });
const words = (description: string) => Type.Array(text("A word."), { maxItems: 100, description });
const yes = (description: string) => Type.Optional(Type.Boolean({ description }));
const tokens = (description: string) => Type.Optional(integer(0, 1_000_000_000, { description }));

const rates = {
  prompt: usd("Of the input."),
  completion: usd("Of the output."),
  cache_read: Type.Optional(usd("Of input that is read from the provider's cache.")),
  cache_write: Type.Optional(usd("Of input that is written to the provider's cache.")),
  cache_write_long: Type.Optional(usd("The same, kept for an hour and more.")),
};

const Period = closed(
  {
    since: Type.Optional(text("When it begins to hold, as a date and time of ISO 8601.")),
    daily: Type.Optional(
      Type.Array(text("`HH:MM:SS` of UTC."), {
        minItems: 2,
        maxItems: 2,
        description: "From and to when of each day.",
      }),
    ),
    ...rates,
    web_search: Type.Optional(usd("Each search of the provider's own.")),
    request: Type.Optional(usd("Each request, besides its tokens.")),
    tiers: Type.Optional(
      Type.Array(closed({ above: integer(0, 1_000_000_000, { description: "Tokens of the prompt." }), ...rates }), {
        maxItems: 16,
        description: "Prices of the whole request once its prompt has more than `above` tokens.",
      }),
    ),
  },
  "US dollars per million tokens, as decimal text.",
);

const origin = {
  source: text("Who says so."),
  date: day("The day it came into this file, or the day that its source gives."),
};

const Price = closed({
  ...origin,
  periods: Type.Array(Period, { minItems: 1, maxItems: 100, description: "The last one that holds counts." }),
});

const Capabilities = closed({
  ...origin,
  family: Type.Optional(text("The family of its tokenizer.")),
  thinking_family: Type.Optional(text("Models that share it can read each other's thinking.")),
  answers: yes("Whether it answers conversations."),
  embeddings: yes("Whether it makes embeddings."),
  context: tokens("Tokens of input and output together that fit."),
  max_output: tokens("Tokens of output that fit."),
  tools: yes("Whether it calls functions."),
  images: yes("Whether it sees."),
  json_schema: yes("Whether it can be held to a schema."),
  json_object: yes("Whether it can be held to JSON of any shape."),
  reasoning: yes("Whether it can think before it answers."),
  efforts: Type.Optional(words("The efforts that it takes.")),
  rejects: Type.Optional(words("The parameters that it refuses.")),
  min_cache: tokens("Prompts of fewer tokens are never cached."),
});

const Entry = closed({ price: Type.Optional(Price), capabilities: Type.Optional(Capabilities) });

/** `arouter.lock`: what the models of a policy cost and can do, as of a day. */
export const LockSchema = closed({
  version: integer(1, 1, { description: "Of this format." }),
  catalog: text("The price catalogue that was there when it was written."),
  date: day("The day it was last brought up to date."),
  digest: text("`sha256:` and the hash of `models`, in hex."),
  models: Type.Record(Type.String(), Entry, { description: "By `<provider>/<model>`." }),
});

export type Lock = Static<typeof LockSchema>;
export type LockEntry = Static<typeof Entry>;
export type LockedPeriod = Static<typeof Period>;
export type LockedCapabilities = Static<typeof Capabilities>;
