import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { integer, text } from "./fields.ts";

const usd = (description: string) =>
  Type.Union([Type.String(), Type.Number({ minimum: 0, maximum: 1_000_000 })], { description });

const rates = {
  prompt: usd('Of the input, such as `"0.15"`.'),
  completion: usd('Of the output, reasoning included, such as `"0.60"`.'),
  cache_read: Type.Optional(usd("Of input that is read from the provider's cache. Default: `prompt`.")),
  cache_write: Type.Optional(usd("Of input that is written to the provider's cache. Default: `prompt`.")),
  cache_write_long: Type.Optional(usd("The same, kept for an hour and more. Default: `cache_write`.")),
};

const PriceTier = closed(
  {
    above: integer(1, 1_000_000_000, { description: "Tokens of the prompt, cached ones included." }),
    ...rates,
  },
  "Prices of the whole request once its prompt has more than `above` tokens.",
);

const Price = closed(
  {
    ...rates,
    web_search: Type.Optional(usd("US dollars for each web search of the provider's own. Default: none.")),
    request: Type.Optional(usd("US dollars for each request, besides its tokens. Default: none.")),
    tiers: Type.Optional(
      Type.Array(PriceTier, { maxItems: 16, description: "Other prices for long prompts, in ascending order." }),
    ),
  },
  "US dollars per million tokens, as decimal text or number, with up to nine decimals. Default: the list price, where the price catalogue knows the provider and the model.",
);

/** An entry of `[[models]]`: one way to serve a model. */
export const Model = closed(
  {
    name: text("The name that clients ask for. Entries of one name are one model with several upstreams."),
    provider: text("Who serves it."),
    upstream_model: Type.Optional(text("What that provider calls it. Default: `name`.")),
    alias: Type.Optional(
      Type.Union([text("A glob."), Type.Array(text("A glob."), { minItems: 1, maxItems: 100 })], {
        description:
          "Further names that it serves when no entry has that very `name`; `*` is any run of characters, `?` is one.",
      }),
    ),
    priority: Type.Optional(integer(-1000, 1000, { default: 0, description: "Smaller is tried earlier." })),
    weight: Type.Optional(
      integer(0, 1_000_000, {
        default: 1,
        description: "Larger is tried earlier within a priority; 0 counts as 1.",
      }),
    ),
    context: Type.Optional(integer(1, 1_000_000_000, { description: "Tokens of input and output together that fit." })),
    thinking: Type.Optional(Type.Boolean({ description: "Whether requests that ask for thinking prefer it." })),
    price: Type.Optional(Price),
    supports: Type.Optional(
      Type.Array(text("A parameter."), {
        maxItems: 100,
        description: "Request parameters it understands, for requests with `require_parameters`. Default: not known.",
      }),
    ),
    quantization: Type.Optional(text("Such as `fp8`, for requests that want one.")),
  },
  "One table per model and upstream. Upstreams of one model are tried by `priority`, `weight`, price and place in the file; `[routing]` says what measurements change.",
);

export type ModelConfig = Static<typeof Model>;

/** `[tiers.<keyword>]`. */
export const Tier = closed(
  {
    provider: text("Who serves it."),
    model: text("What that provider calls the model."),
  },
  "Serves every model whose name contains the keyword (`routing.tier_match` has other ways), in any case of letters, unless a model or an alias does. The first keyword in the file wins.",
);
