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

const modalities = (words: readonly string[], description: string) =>
  Type.Array(Type.Enum([...words]), { minItems: 1, maxItems: words.length, description });

const Metadata = closed(
  {
    name: Type.Optional(text("What people call it.")),
    description: Type.Optional(text("What it is good for.")),
    canonical_slug: Type.Optional(text("A name that never changes. Default: the name that clients ask for.")),
    created: Type.Optional(
      integer(0, 253_402_300_799, { description: "When it was released, in seconds since 1970." }),
    ),
    max_output: Type.Optional(integer(1, 1_000_000_000, { description: "Tokens of output that fit." })),
    input_modalities: Type.Optional(modalities(["text", "image", "file", "audio", "video"], "What it takes.")),
    output_modalities: Type.Optional(modalities(["text", "image", "audio", "embeddings"], "What it gives.")),
    tokenizer: Type.Optional(text("The family of its tokenizer, such as `GPT`, `Claude` or `Llama3`.")),
    instruct_type: Type.Optional(text("The template of its conversations, such as `llama3` or `chatml`.")),
    default_parameters: Type.Optional(
      Type.Record(Type.String(), Type.Number(), { description: "What holds for parameters that a request lacks." }),
    ),
    max_prompt_tokens: Type.Optional(
      integer(1, 1_000_000_000, { description: "Tokens of the prompt that one request may have." }),
    ),
    max_completion_tokens: Type.Optional(
      integer(1, 1_000_000_000, { description: "Tokens of output that one request may ask for." }),
    ),
    moderated: Type.Optional(Type.Boolean({ description: "Whether its provider refuses prompts by their content." })),
    expires: Type.Optional(
      Type.String({ minLength: 10, maxLength: 10, description: "The day from which it is gone, `YYYY-MM-DD`." }),
    ),
  },
  "What `GET /v1/models` tells of it besides its price, `context` and `supports`. Default: what the price catalogue and the provider know.",
);

export type MetadataConfig = Static<typeof Metadata>;

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
    metadata: Type.Optional(Metadata),
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
