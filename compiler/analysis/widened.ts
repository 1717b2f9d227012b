import { allCells } from "./axis.ts";
import { type Box, type Region, subtract, within } from "./region.ts";
import type { Space } from "./space.ts";
import { conversations, endpointAxis } from "./value-axes.ts";

/** Boxes compared for each attempt to widen one. */
const maxSteps = 10_000;

/**
 * The same possible requests in boxes that say as little as possible, for people to read: what no request can have is not
 * mentioned. The boxes may have requests in common.
 */
export function widened(space: Space, region: Region): Region {
  const isInside = (box: Box) =>
    within(space.universe, box).every((part) => subtract([part], region, maxSteps).left?.length === 0);
  const wide = region.map((box) =>
    space.axes.reduce((kept, axis, at) => {
      const wider = axis === endpointAxis ? [conversations, allCells(axis)] : [allCells(axis)];
      const candidates = wider.map((cells) => kept.with(at, cells | (kept[at] ?? 0n)));
      return candidates.find(isInside) ?? kept;
    }, box),
  );
  return wide.reduceRight<Region>((kept, box) => {
    const others = kept.filter((one) => one !== box);
    const isSaid = within(space.universe, box).every((part) => subtract([part], others, maxSteps).left?.length === 0);
    return isSaid ? others : kept;
  }, wide);
}
