import type { Block, Loss, Rejection, Tool } from "./canonical.ts";
import type { Places } from "./places.ts";

/** What a codec could not carry over, gathered while it walks one message. */
export type Notes = Readonly<{
  /**
   * Reported to the client as `code:field`; the same pair is reported once. A client reads where `part` stands in its own
   * body, or what `field` is called there, where that is known.
   */
  lose(code: string, field: string, part?: Block | Tool): void;
  /** The first one wins and turns the whole translation into a 400. `param` and `part` as of a loss. */
  reject(code: string, param: string | null, message: string, part?: Block | Tool): void;
  /** The part, which stands at `path` of the client's body. */
  at<T extends Block | Tool>(path: string, part: T): T;
  /** What was made of a part, and stands where that does. */
  as<T extends Block | Tool>(part: Block | Tool, made: T): T;
  marks: Places["marks"];
  losses(): readonly Loss[];
  rejection(): Rejection | undefined;
}>;

/** Decoders, which know the client's own words, give no `places`. */
export function notes(places?: Places): Notes {
  const losses = new Map<string, Loss>();
  const marks: Places["marks"] = places?.marks ?? new WeakMap();
  let rejection: Rejection | undefined;

  function placeOf(field: string, part: object | undefined): string {
    if (places === undefined) return field;
    return (part === undefined ? undefined : marks.get(part)) ?? places.named(field);
  }

  return {
    lose(code, field, part) {
      const place = placeOf(field, part);
      losses.set(`${code}:${place}`, { code, field: place });
    },
    reject(code, param, message, part) {
      const place = param === null ? null : placeOf(param, part);
      const isNamed = place !== null && places !== undefined && message.startsWith(`${param}: `);
      const told = isNamed ? `${places.spoken(place)}${message.slice(String(param).length)}` : message;
      rejection ??= { kind: "rejection", code, message: told, param: place };
    },
    at(path, part) {
      marks.set(part, path);
      return part;
    },
    as(part, made) {
      const path = marks.get(part);
      if (path !== undefined) marks.set(made, path);
      return made;
    },
    marks,
    losses: () => [...losses.values()],
    rejection: () => rejection,
  };
}
