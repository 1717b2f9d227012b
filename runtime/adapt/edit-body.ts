import { Buffer } from "node:buffer";
import type { BodyEdits, WireFormat } from "../contract.ts";
import type { Json, JsonObject } from "../wire/canonical.ts";
import { parseExactly } from "../wire/exact-json.ts";
import { isArray, objectOf } from "../wire/json.ts";
import { spliceMembers } from "../wire/splice.ts";
import { pastThinking, thinkingNames } from "./past-thinking.ts";
import { withoutEverywhere, withoutPath } from "./without.ts";

/**
 * The body as `edit` wants it. It is parsed only where its bytes hold a name that an edit looks for; of the members of the
 * top level those that change are written anew, all others keep their bytes. What is no JSON object stays as it is.
 */
export function editBody(bytes: Uint8Array, format: WireFormat, edit: (body: BodyEdits) => void): Uint8Array {
  /** New values of members; undefined where one goes. */
  const changes = new Map<string, Json | undefined>();
  const original = once(() => objectOf(parseExactly(new TextDecoder().decode(bytes))));

  const has = (member: string) =>
    changes.has(member) ? changes.get(member) !== undefined : Object.hasOwn(original() ?? {}, member);
  const read = (member: string) => (changes.has(member) ? changes.get(member) : original()?.[member]);
  const change = (member: string, value: Json | undefined) => {
    if (value !== read(member)) changes.set(member, value);
  };
  const members = () => new Set([...Object.keys(original() ?? {}), ...changes.keys()]);

  edit({
    strip: (pointer) => {
      const [member = "", ...rest] = pointerSteps(pointer);
      const value = changes.has(member) || mentions(bytes, member) ? read(member) : undefined;
      if (value !== undefined) change(member, rest.length === 0 ? undefined : withoutPath(value, rest));
    },
    stripEverywhere: (member) => {
      if (changes.size === 0 && !mentions(bytes, member)) return;
      for (const name of members()) {
        const value = read(name);
        if (value !== undefined) change(name, name === member ? undefined : withoutEverywhere(value, member));
      }
    },
    set: change,
    fallback: (member, value) => {
      if (!has(member)) change(member, value);
    },
    rename: (member, to) => {
      const value = changes.has(member) || mentions(bytes, member) ? read(member) : undefined;
      if (value === undefined) return;
      if (!has(to)) change(to, value);
      change(member, undefined);
    },
    thinking: (treatment) => {
      if (treatment === "strip" && !thinkingNames.some((name) => mentions(bytes, name))) return;
      const { member, treat } = pastThinking[format];
      const turns = read(member);
      if (isArray(turns)) changeIfOther(turns, treat(turns, treatment), (treated) => change(member, treated));
      const asked = objectOf(format === "anthropic-messages" ? read("thinking") : undefined)?.["type"];
      if (treatment === "strip" && asked !== undefined && asked !== "disabled")
        change("thinking", { type: "disabled" });
    },
  });
  return changes.size === 0 || original() === undefined ? bytes : written(bytes, original() ?? {}, changes);
}

/** Items that were put together anew may still say the same. */
function changeIfOther(old: readonly Json[], treated: readonly Json[], change: (treated: Json) => void): void {
  if (treated !== old && JSON.stringify(treated) !== JSON.stringify(old)) change(treated);
}

/** Whether the bytes can hold a member of this name. An escape may spell it, too. */
function mentions(bytes: Uint8Array, member: string): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return text.includes(JSON.stringify(member)) || text.includes("\\u");
}

function written(bytes: Uint8Array, original: JsonObject, changes: ReadonlyMap<string, Json | undefined>): Uint8Array {
  const isThere = ([member]: readonly [string, unknown]) => Object.hasOwn(original, member);
  const texts = [...changes].map(
    ([member, value]) => [member, value === undefined ? undefined : JSON.stringify(value)] as const,
  );
  const kept = spliceMembers(bytes, Object.fromEntries(texts.filter(isThere))) ?? bytes;
  const added = texts.filter((change) => !isThere(change) && change[1] !== undefined);
  if (added.length === 0) return kept;
  const end = kept.lastIndexOf(closeBrace);
  const members = added.map(([member, text]) => `${JSON.stringify(member)}:${text}`).join(",");
  const isEmpty = new TextDecoder().decode(kept.subarray(0, end)).trim().replace("\ufeff", "") === "{";
  return Buffer.concat([kept.subarray(0, end), Buffer.from(isEmpty ? members : `,${members}`), kept.subarray(end)]);
}

const closeBrace = 0x7d;

/** The steps of a JSON Pointer (RFC 6901). */
function pointerSteps(pointer: string): readonly string[] {
  const steps = pointer.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function once<T>(make: () => T): () => T {
  let made: Readonly<{ value: T }> | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
