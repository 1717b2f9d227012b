import type { Endpoint } from "../../runtime/contract.ts";
import type { ConditionIR } from "../ir.ts";
import type { Axis } from "./axis.ts";
import { type KeyedCell, keyedAxis } from "./keyed-axis.ts";

const endpoints = [
  "chat_completions",
  "messages",
  "responses",
  "generate_content",
  "completions",
  "embeddings",
] as const satisfies readonly Endpoint[];

type Flag = Extract<ConditionIR, { kind: "flag" }>["fact"];

function endpointCell(endpoint: Endpoint): KeyedCell {
  return { key: endpoint, words: endpoint, put: (witness) => ({ ...witness, endpoint }) };
}

export const endpointAxis: Axis = keyedAxis(
  "the endpoint",
  endpoints.map(endpointCell),
  ({ kind }) => kind === "endpoint",
  (condition) => (condition.kind === "endpoint" ? condition.in : []),
);

export function endpointBits(names: readonly Endpoint[]): bigint {
  return endpointAxis.where({ kind: "endpoint", in: names });
}

/** What a rule is about that names no endpoint. */
export const conversations = endpointBits(endpoints.filter((endpoint) => endpoint !== "embeddings"));

const flagWords = {
  hasTools: { name: "tools", yes: "tools", no: "no tools" },
  hasImage: { name: "images", yes: "an image", no: "no image" },
  stream: { name: "streaming", yes: "streamed", no: "not streamed" },
} as const;

export function flagAxis(fact: Flag): Axis {
  const words = flagWords[fact];
  const cell = (key: string, is: boolean, text: string): KeyedCell => ({
    key,
    words: text,
    put: (witness) => ({ ...witness, [fact]: is }),
  });
  return keyedAxis(
    words.name,
    [cell("false", false, words.no), cell("true", true, words.yes)],
    (condition) => condition.kind === "flag" && condition.fact === fact,
    (condition) => (condition.kind === "flag" ? [String(condition.is)] : []),
  );
}

/** No condition can name this: keys that stand for "not there" and "something else" hold a character that values lack. */
const absent = "\n-";
const something = "\n*";

export function formatAxis(conditions: readonly ConditionIR[]): Axis {
  const named = new Set(
    conditions.flatMap((condition) => (condition.kind === "response-format" ? [condition.is] : [])),
  );
  const cell = (key: string, responseFormat: string | undefined, words: string): KeyedCell => ({
    key,
    words,
    put: (witness) => ({ ...witness, responseFormat }),
  });
  const elsewhere = unnamed(named, ["text", "json_object", "json_schema", "other"]);
  return keyedAxis(
    "the response format",
    [
      cell(absent, undefined, "no response format"),
      ...[...named].map((format) => cell(format, format, `response format ${format}`)),
      cell(something, elsewhere, `a response format other than ${[...named].join(", ")}`),
    ],
    ({ kind }) => kind === "response-format",
    (condition) => (condition.kind === "response-format" ? [condition.is] : []),
  );
}

export function headerAxis(name: string, conditions: readonly ConditionIR[]): Axis {
  const asks = (condition: ConditionIR) => condition.kind === "header" && condition.name === name;
  const named = new Set(
    conditions
      .filter(asks)
      .flatMap((condition) => (condition.kind === "header" && typeof condition.is === "string" ? [condition.is] : [])),
  );
  const cell = (key: string, value: string | undefined, words: string): KeyedCell => ({
    key,
    words,
    put: (witness) => {
      const { [name]: _, ...others } = witness.headers;
      return { ...witness, headers: value === undefined ? others : { ...others, [name]: value } };
    },
  });
  const cells = [
    cell(absent, undefined, `no header ${name}`),
    ...[...named].map((value) => cell(value, value, `header ${name}: ${value}`)),
    cell(something, unnamed(named, ["yes", "any", "other"]), `another ${name}`),
  ];
  const present = [...named, something];
  return keyedAxis(`the header ${name}`, cells, asks, (condition) => {
    if (condition.kind !== "header") return [];
    if (typeof condition.is === "string") return [condition.is];
    return condition.is ? present : [absent];
  });
}

function unnamed(named: ReadonlySet<string>, likely: readonly string[]): string {
  const free = likely.find((value) => !named.has(value));
  if (free !== undefined) return free;
  let text = "other";
  while (named.has(text)) text += "-x";
  return text;
}
