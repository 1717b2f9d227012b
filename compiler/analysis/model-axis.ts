import type { ConditionIR } from "../ir.ts";
import { matchesGlob } from "../matches-glob.ts";
import { type Axis, allCells, bit, type Cell, cellsAt, positionsIn } from "./axis.ts";
import { type GlobClass, globClasses } from "./glob-classes.ts";
import { matchingPairs } from "./matching-pairs.ts";

/** The axis of the model that a client asks for, and the globs that had to be left out. */
export type ModelAxis = Readonly<{ axis: Axis; unread: ReadonlySet<string> }>;

/** Every name that is spelled out is a cell, and each class of names that the same globs match. */
export function modelAxis(conditions: readonly ConditionIR[]): ModelAxis {
  const written = conditions.flatMap((condition) => (condition.kind === "model-glob" ? condition.globs : []));
  const spelled = conditions.flatMap((condition) => (condition.kind === "model-in" ? condition.models : []));
  const names = [...new Set([...spelled, ...written.filter(isName)])];
  const { globs, classes } = readableClasses([...new Set(written.filter((glob) => !isName(glob)))], names);
  const cells = [...names, ...classes.map(({ example }) => example)].map(
    (model): Cell => ({ put: (witness) => ({ ...witness, model }) }),
  );
  const nameBits = new Map(names.map((name, position) => [name, bit(position)]));
  const globBits = bitsOfGlobs(globs, names, classes);
  const unread = new Set(written.filter((glob) => !isName(glob) && !globBits.has(glob)));
  return {
    axis: {
      name: "the model",
      cells,
      spelled: new Set(names.keys()),
      cellOf: (model) => {
        const spelled = names.indexOf(model);
        if (spelled >= 0) return spelled;
        const isMatched = (glob: string) => matchesGlob(model, glob);
        const own = classes.findIndex((one) => globs.every((glob) => isMatched(glob) === one.globs.has(glob)));
        return names.length + own;
      },
      asks: ({ kind }) => kind === "model-in" || kind === "model-glob",
      where: (condition) => {
        if (condition.kind === "model-in") return union(condition.models.map((name) => nameBits.get(name)));
        if (condition.kind !== "model-glob") return 0n;
        return union(condition.globs.map((glob) => nameBits.get(glob) ?? globBits.get(glob)));
      },
      words: (chosen) => modelWords(chosen, names, classes, globBits),
    },
    unread,
  };
}

function isName(glob: string): boolean {
  return !/[*?]/.test(glob);
}

/** As many globs as can be told apart: those with a star in the middle, of which any number can match at once, come last. */
function readableClasses(
  written: readonly string[],
  names: readonly string[],
): Readonly<{ globs: readonly string[]; classes: readonly GlobClass[] }> {
  const isSimple = (glob: string) => glob.indexOf("*") === glob.length - 1;
  const simple = written.filter(isSimple);
  const others = written.filter((glob) => !isSimple(glob));
  for (let count = others.length; ; count = Math.floor(count / 4)) {
    const globs = [...simple, ...others.slice(0, count)];
    const classes = globClasses(globs, names);
    if (classes !== undefined) return { globs, classes };
    if (count === 0) return { globs: [], classes: globClasses([], names) ?? [] };
  }
}

/** The cells of each glob. Names are only tried against those whose beginning they have. */
function bitsOfGlobs(
  globs: readonly string[],
  names: readonly string[],
  classes: readonly GlobClass[],
): ReadonlyMap<string, bigint> {
  const positions = new Map(globs.map((glob): [string, number[]] => [glob, []]));
  for (const [glob, name] of matchingPairs(globs, names)) positions.get(glob)?.push(name);
  for (const [at, one] of classes.entries()) for (const glob of one.globs) positions.get(glob)?.push(names.length + at);
  const size = names.length + classes.length;
  return new Map([...positions].map(([glob, at]) => [glob, cellsAt(at, size)]));
}

function union(masks: readonly (bigint | undefined)[]): bigint {
  return masks.reduce<bigint>((all, mask) => all | (mask ?? 0n), 0n);
}

/** Globs first, all of whose names are meant; then what is left, or what is left out where that is shorter. */
function modelWords(
  chosen: bigint,
  names: readonly string[],
  classes: readonly GlobClass[],
  globBits: ReadonlyMap<string, bigint>,
): string {
  const all = allCells({ cells: [...names, ...classes] as never[] });
  const said = listed(chosen, names, classes, globBits);
  const unsaid = listed(all & ~chosen, names, classes, globBits);
  return unsaid.length < said.length ? `a model other than ${unsaid.join(", ")}` : `model ${said.join(" or ")}`;
}

function listed(
  chosen: bigint,
  names: readonly string[],
  classes: readonly GlobClass[],
  globBits: ReadonlyMap<string, bigint>,
): readonly string[] {
  const globs = [...globBits].filter(([, bits]) => bits !== 0n && (bits & ~chosen) === 0n);
  const wide = globs.filter(
    ([glob, bits]) => !globs.some(([other, more]) => other !== glob && (bits & ~more) === 0n && bits !== more),
  );
  const rest = chosen & ~union(wide.map(([, bits]) => bits));
  const left = positionsIn(rest).map((position) => {
    const name = names[position];
    if (name !== undefined) return name;
    const { globs: matched = new Set(), example = "" } = classes[position - names.length] ?? {};
    if (matched.size === 0) return "any that no rule names";
    return `like ${example} (${[...matched].join(" and ")} only)`;
  });
  return [...wide.map(([glob]) => glob), ...left];
}
