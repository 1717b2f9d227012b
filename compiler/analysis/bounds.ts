import type { Endpoint } from "../../runtime/contract.ts";
import { type Axis, allCells, positionsIn } from "./axis.ts";
import type { Region } from "./region.ts";
import { plainest, type Space } from "./space.ts";
import type { Witness } from "./witness.ts";

/** Numbers of tokens, both ends included; `max` may be Infinity. */
type Range = Readonly<{ min: number; max: number }>;

/** What the requests of a region are like, one fact at a time. */
export type Bounds = Readonly<{
  endpoints: readonly Endpoint[];
  /** `any` where names are among them that no rule spells out. */
  models: readonly string[] | "any";
  inputTokens: Range;
  /** `unset`: some set no limit. No range: none sets one. */
  maxTokens: Readonly<{ unset: boolean; range: Range | undefined }>;
  hasTools: readonly boolean[];
  hasImage: readonly boolean[];
  stream: readonly boolean[];
  /** `any`: some formats, or none, that no rule spells out. */
  responseFormats: readonly (string | undefined)[] | "any";
}>;

const anyNumber: Range = { min: 0, max: Number.POSITIVE_INFINITY };
const either = [false, true] as const;

/** The bounds of a region that is not empty. A fact that no rule asks about is not bounded. */
export function boundsOf(space: Space, region: Region): Bounds {
  const taken = (name: string) => takenCells(space, region, name);
  const [models, inputTokens, maxTokens] = [taken("the model"), taken("input tokens"), taken("the output limit")];
  return {
    endpoints: valuesIn(taken("the endpoint"), "endpoint") ?? [],
    models: (isSpelled(models) ? valuesIn(models, "model") : undefined) ?? "any",
    inputTokens: rangeIn(inputTokens) ?? anyNumber,
    maxTokens:
      maxTokens === undefined
        ? { unset: true, range: anyNumber }
        : { unset: maxTokens.positions.includes(0), range: rangeIn(maxTokens) },
    hasTools: valuesIn(taken("tools"), "hasTools") ?? either,
    hasImage: valuesIn(taken("images"), "hasImage") ?? either,
    stream: valuesIn(taken("streaming"), "stream") ?? either,
    responseFormats: namedFormats(taken("the response format")) ?? "any",
  };
}

/** The cells of an axis that a region has anything of. */
type Taken = Readonly<{ axis: Axis; positions: readonly number[] }>;

/** Undefined where no rule asks about that. */
function takenCells({ axes }: Space, region: Region, name: string): Taken | undefined {
  const at = axes.findIndex((axis) => axis.name === name);
  const axis = axes[at];
  if (axis === undefined) return undefined;
  const cells = region.reduce((all, box) => all | (box[at] ?? 0n), 0n);
  return cells === allCells(axis) ? whole(axis) : { axis, positions: positionsIn(cells) };
}

const wholes = new WeakMap<Axis, Taken>();

/** Most rules ask little, so most axes are whole. */
function whole(axis: Axis): Taken {
  const known = wholes.get(axis) ?? { axis, positions: [...axis.cells.keys()] };
  wholes.set(axis, known);
  return known;
}

/** The fact in each cell. */
function valuesIn<Fact extends keyof Witness>(taken: Taken | undefined, fact: Fact): Witness[Fact][] | undefined {
  return taken?.positions.map((position) => (taken.axis.cells[position]?.put(plainest) ?? plainest)[fact]);
}

function isSpelled(models: Taken | undefined): boolean {
  return models?.positions.every((position) => models.axis.spelled?.has(position) === true) === true;
}

/** Undefined where formats are among them that no rule spells out, which is the last cell. */
function namedFormats(formats: Taken | undefined): readonly (string | undefined)[] | undefined {
  const isOther = formats?.positions.at(-1) === (formats?.axis.cells.length ?? 0) - 1;
  return isOther ? undefined : valuesIn(formats, "responseFormat");
}

/** From the first number to the last; undefined where there is none. */
function rangeIn(taken: Taken | undefined): Range | undefined {
  const { axis, positions = [] } = taken ?? {};
  const intervalAt = (position: number | undefined) => axis?.intervals?.[position ?? -1];
  // Only the first cell of an axis may be no number.
  const [one, other] = [intervalAt(positions[0]), intervalAt(positions[1])];
  const first = one === "unset" ? other : one;
  const last = intervalAt(positions.at(-1));
  if (first === undefined || first === "unset" || last === undefined || last === "unset") return undefined;
  return { min: first.min, max: last.max };
}
