import type { Endpoint } from "../../runtime/contract.ts";
import type { RuleIR } from "../ir.ts";
import { type Axis, allCells, positionsIn } from "./axis.ts";
import { modelAxis } from "./model-axis.ts";
import { numberAxis } from "./number-axis.ts";
import type { Box, Region } from "./region.ts";
import { conversations, endpointAxis, endpointBits, flagAxis, formatAxis, headerAxis } from "./value-axes.ts";
import type { Witness } from "./witness.ts";

/** All requests there can be, as far as some rules can tell them apart. */
export type Space = Readonly<{
  axes: readonly Axis[];
  /** Every request: a completion has no tools, an embedding no output limit, and so on. */
  universe: Region;
  /** The requests that meet a rule's conditions, some of them perhaps impossible; of an open rule, those that may. */
  boxOf(rule: RuleIR): Box;
  /** Rules about which nothing can be said, as their globs combine in too many ways with others. */
  open: ReadonlySet<RuleIR>;
}>;

/** Cuts the space of requests along everything that these rules ask about; the rules may be of several policies. */
export function spaceOf(rules: readonly RuleIR[]): Space {
  const conditions = rules.flatMap((rule) => rule.when);
  const models = modelAxis(conditions);
  const kinds = new Set(conditions.map(({ kind }) => kind));
  const headers = new Set(conditions.flatMap((condition) => (condition.kind === "header" ? [condition.name] : [])));
  const flags = new Set(conditions.flatMap((condition) => (condition.kind === "flag" ? [condition.fact] : [])));
  const axes: readonly Axis[] = [
    endpointAxis,
    ...(kinds.has("model-in") || kinds.has("model-glob") ? [models.axis] : []),
    ...(kinds.has("input-tokens") ? [numberAxis("input-tokens", conditions)] : []),
    ...(kinds.has("max-tokens") ? [numberAxis("max-tokens", conditions)] : []),
    ...[...flags].map(flagAxis),
    ...(kinds.has("response-format") ? [formatAxis(conditions)] : []),
    ...[...headers].map((name) => headerAxis(name, conditions)),
  ];
  const isOpen = ({ when }: RuleIR) =>
    when.some(
      (condition) => condition.kind === "model-glob" && condition.globs.some((glob) => models.unread.has(glob)),
    );
  return {
    axes,
    universe: universe(axes),
    boxOf: (rule) => axes.map((axis) => (axis === models.axis && isOpen(rule) ? allCells(axis) : cellsOf(axis, rule))),
    open: new Set(rules.filter(isOpen)),
  };
}

/** The cells in which all of a rule's conditions on an axis hold. */
export function cellsOf(axis: Axis, { when }: Pick<RuleIR, "when">): bigint {
  const own = when.filter(axis.asks);
  // What does not name the endpoint speaks of conversations.
  if (own.length === 0 && axis === endpointAxis) return conversations;
  return own.reduce((cells, condition) => cells & axis.where(condition), allCells(axis));
}

/** What a request is where nothing says otherwise. */
export const plainest: Witness = {
  endpoint: "chat_completions",
  model: "gpt-4o",
  stream: false,
  hasTools: false,
  hasImage: false,
  inputTokens: 100,
  headers: {},
};

/** The plainest request of a box. The box is not empty. */
export function witnessOf({ axes }: Space, box: Box): Witness {
  return axes.reduce((witness, axis, index) => {
    const [first = 0] = positionsIn((box[index] ?? 0n) & -(box[index] ?? 0n));
    return axis.cells[first]?.put(witness) ?? witness;
  }, plainest);
}

/** The plainest request of a region; undefined when it has none. */
export function witnessIn(space: Space, region: Region): Witness | undefined {
  const [box] = region;
  return box && witnessOf(space, box);
}

/** What all requests of a box have in common, in words. Where nothing is said of embeddings, they are not among them. */
export function wordsOf({ axes }: Space, box: Box): string {
  const limited = axes.flatMap((axis, index) => {
    const cells = box[index] ?? 0n;
    if (axis === endpointAxis && cells === conversations) return [];
    if (axis === endpointAxis && cells === allCells(axis)) return ["any endpoint, embeddings too"];
    return cells === allCells(axis) ? [] : [axis.words(cells)];
  });
  return limited.length === 0 ? "every conversation" : limited.join(", ");
}

/** What an API cannot ask for is no request: there only the first cell of an axis is left, which is "not there". */
function universe(axes: readonly Axis[]): Region {
  return limits.map(({ at, lacks }) =>
    axes.map((axis) => {
      if (axis === endpointAxis) return endpointBits(at);
      return lacks.has(axis.name) ? 1n : allCells(axis);
    }),
  );
}

const limits: readonly Readonly<{ at: readonly Endpoint[]; lacks: ReadonlySet<string> }>[] = [
  { at: ["chat_completions", "messages", "responses", "generate_content"], lacks: new Set() },
  { at: ["completions"], lacks: new Set(["tools", "images", "the response format"]) },
  {
    at: ["embeddings"],
    lacks: new Set(["tools", "images", "the response format", "streaming", "the output limit"]),
  },
];
