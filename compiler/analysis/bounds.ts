import type { Endpoint } from "../../runtime/contract.ts";
import { positionsIn } from "./axis.ts";
import type { Region } from "./region.ts";
import { plainest, type Space } from "./space.ts";
import type { Witness } from "./witness.ts";

/** Numbers of tokens, both ends included; `max` may be Infinity. */
export type Range = Readonly<{ min: number; max: number }>;

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

/** The bounds of a region that is not empty. A fact that no rule asks about is not bounded. */
export function boundsOf(space: Space, region: Region): Bounds {
  const cells = space.axes.map((_, at) => region.reduce((all, box) => all | (box[at] ?? 0n), 0n));
  const positions = (name: string) => {
    const at = space.axes.findIndex((axis) => axis.name === name);
    return at < 0 ? undefined : positionsIn(cells[at] ?? 0n);
  };
  const facts = <Fact extends keyof Witness>(name: string, fact: Fact): readonly Witness[Fact][] | undefined => {
    const axis = space.axes.find((one) => one.name === name);
    return positions(name)?.map((position) => (axis?.cells[position]?.put(plainest) ?? plainest)[fact]);
  };
  const range = (name: string): Range | undefined => {
    const intervals = space.axes.find((axis) => axis.name === name)?.intervals;
    const numbers = positions(name)?.flatMap((position) => {
      const interval = intervals?.[position];
      return interval === undefined || interval === "unset" ? [] : [interval];
    });
    if (numbers === undefined) return { min: 0, max: Number.POSITIVE_INFINITY };
    const [first, last] = [numbers[0], numbers.at(-1)];
    return first && last && { min: first.min, max: last.max };
  };
  const models = space.axes.find(({ name }) => name === "the model");
  const asked = positions("the model");
  const isSpelled = asked?.every((position) => models?.spelled?.has(position) === true);
  const formats = facts("the response format", "responseFormat");
  const formatAxis = space.axes.find(({ name }) => name === "the response format");
  const isOther = formatAxis && positions("the response format")?.includes(formatAxis.cells.length - 1);
  return {
    endpoints: facts("the endpoint", "endpoint") ?? [],
    models: isSpelled === true ? (facts("the model", "model") ?? []) : "any",
    inputTokens: range("input tokens") ?? { min: 0, max: Number.POSITIVE_INFINITY },
    maxTokens: {
      unset: positions("the output limit")?.includes(0) ?? true,
      range: range("the output limit"),
    },
    hasTools: facts("tools", "hasTools") ?? [false, true],
    hasImage: facts("images", "hasImage") ?? [false, true],
    stream: facts("streaming", "stream") ?? [false, true],
    responseFormats: formats === undefined || isOther ? "any" : formats,
  };
}
