import type { WireFormat } from "../../runtime/contract.ts";
import type { Json, JsonObject, Loss } from "../../runtime/wire/canonical.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { isArray, isObject } from "../../runtime/wire/json.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { vendor } from "../support/translation.ts";

type Path = readonly (string | number)[];
/** Without `sent`: refused. `localStop`: stop sequences that are obeyed here. */
type Outcome = Readonly<{ sent?: JsonObject; localStop?: readonly string[] | undefined; losses: readonly Loss[] }>;

/**
 * The leaves of a client's request that make no difference and that no loss names: whether each is there, and what it
 * says, changes neither what the upstream is sent nor what the client is told. As `messages/#/content`, with `#` for any
 * index.
 */
export function silentLeaves(from: WireFormat, to: WireFormat, model: string, body: JsonObject): readonly string[] {
  const asItIs = outcome(from, to, model, body);
  const text = JSON.stringify(asItIs);
  const told = asItIs.losses.map(({ field }) => `${field.replaceAll(/\[(\d+)\]/g, ".$1")}.`);
  const isTold = (path: Path) => told.some((place) => `${path.join(".")}.`.startsWith(place));
  const isSilent = (path: Path) =>
    [changed, () => undefined].every(
      (become) => JSON.stringify(outcome(from, to, model, withLeaf(body, path, become))) === text,
    );
  return leaves(body)
    .filter((path) => !isTold(path) && isSilent(path))
    .map((path) => path.map((step) => (typeof step === "number" ? "#" : step)).join("/"));
}

function outcome(from: WireFormat, to: WireFormat, model: string, body: JsonObject): Outcome {
  const decoded = codecs[from].decodeRequest(body);
  if (decoded.kind === "rejection") return { losses: [] };
  const { places } = decoded;
  const normal = normalise(decoded.value, places);
  const encoded = codecs[to].encodeRequest(normal.value, { model, dialect: vendor, places });
  if (encoded.kind === "rejection") return { losses: [] };
  const { localStop } = encoded.answer;
  return { sent: encoded.body, localStop, losses: [...decoded.losses, ...normal.losses, ...encoded.losses] };
}

/** Empty objects and arrays say something, too. */
function leaves(value: Json, at: Path = []): readonly Path[] {
  const inner = isArray(value)
    ? value.flatMap((one, index) => leaves(one, [...at, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([name, one]) => leaves(one, [...at, name]))
      : [];
  return inner.length === 0 ? [at] : inner;
}

type Become = (leaf: Json) => Json | undefined;

/** The body with another leaf at a path; undefined takes the leaf away. */
function withLeaf(body: JsonObject, [step, ...rest]: Path, become: Become): JsonObject {
  const members = Object.entries(body).flatMap(([name, value]) => {
    const kept = name === step ? inside(value, rest, become) : value;
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return Object.fromEntries(members);
}

function inside(value: Json, path: Path, become: Become): Json | undefined {
  if (path.length === 0) return become(value);
  if (isObject(value)) return withLeaf(value, path, become);
  const [step, ...rest] = path;
  if (!isArray(value)) return value;
  return value.flatMap((one, index) => (index === step ? (inside(one, rest, become) ?? []) : [one]));
}

function changed(leaf: Json): Json {
  if (typeof leaf === "string") return `${leaf}x`;
  if (typeof leaf === "number") return leaf + 1;
  return typeof leaf === "boolean" ? !leaf : "x";
}
