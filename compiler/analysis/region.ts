/** A set of requests: per axis of its space the set of cells, as bits. A product of sets, as the conditions of a rule are AND-ed. */
export type Box = readonly bigint[];

/** A set of requests as boxes that have none in common. */
export type Region = readonly Box[];

function isEmpty(box: Box): boolean {
  return box.some((cells) => cells === 0n);
}

/** The last axes are those that tell the most apart. */
export function overlaps(box: Box, other: Box): boolean {
  for (let axis = box.length - 1; axis >= 0; axis--) {
    if (((box[axis] ?? 0n) & (other[axis] ?? 0n)) === 0n) return false;
  }
  return true;
}

/** Whether every request of a box is in the other one. */
export function isWithin(box: Box, other: Box): boolean {
  return box.every((cells, axis) => (cells & ~(other[axis] ?? 0n)) === 0n);
}

/** What two boxes have in common; undefined when that is nothing. */
export function common(box: Box, other: Box): Box | undefined {
  const both = box.map((cells, axis) => cells & (other[axis] ?? 0n));
  return isEmpty(both) ? undefined : both;
}

/** What a region and a box have in common. */
export function within(region: Region, box: Box): Region {
  return region.map((one) => common(one, box)).filter((one) => one !== undefined);
}

/** What is left of a box without another; the same box when nothing is taken. */
function boxWithout(box: Box, taken: Box): Region {
  if (!overlaps(box, taken)) return [box];
  const pieces: Box[] = [];
  let inside = box;
  for (const [axis, cells] of box.entries()) {
    const outside = cells & ~(taken[axis] ?? 0n);
    if (outside !== 0n) pieces.push(inside.with(axis, outside));
    inside = inside.with(axis, cells & (taken[axis] ?? 0n));
  }
  return pieces;
}

/** What is left of a region without a box. */
export function without(region: Region, taken: Box): Region {
  return region.flatMap((box) => boxWithout(box, taken));
}

/** What is left of a region once some boxes are taken from it, undefined where that was more work than allowed. */
export type Subtracted = Readonly<{
  left: Region | undefined;
  /** Which of the boxes took something, by position. */
  takers: readonly number[];
  /** Boxes that were compared. */
  steps: number;
}>;

/** Takes boxes from a region, one after the other, until nothing is left. */
export function subtract(region: Region, boxes: readonly Box[], maxSteps: number): Subtracted {
  let left = region;
  let steps = 0;
  const takers: number[] = [];
  for (const [position, taken] of boxes.entries()) {
    steps += left.length;
    if (steps > maxSteps) return { left: undefined, takers, steps };
    if (!left.some((box) => overlaps(box, taken))) continue;
    takers.push(position);
    left = without(left, taken);
    if (left.length === 0) break;
  }
  return { left, takers, steps };
}

/** The same requests in fewer boxes: two that differ in one axis only become one, until none are left that do. */
export function merged(region: Region): Region {
  let boxes = [...region];
  const axes = region[0]?.length ?? 0;
  for (let before = Number.POSITIVE_INFINITY; boxes.length < before; ) {
    before = boxes.length;
    for (let axis = 0; axis < axes; axis++) boxes = mergedAlong(boxes, axis);
  }
  return boxes;
}

function mergedAlong(boxes: readonly Box[], axis: number): Box[] {
  const alike = Map.groupBy(boxes, (box) => box.with(axis, 0n).join(" "));
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      first.with(
        axis,
        group.reduce((all, box) => all | (box[axis] ?? 0n), 0n),
      ),
    ];
  });
}
