import { createHash } from "node:crypto";
import type { Lock, LockEntry } from "../../../schemas/lock.ts";
import { type Diagnostic, diagnostic } from "../../diagnostics.ts";
import { entryOf, type Node } from "../../node.ts";
import { parseJson } from "../../parse-json.ts";
import type { Source } from "../../span.ts";
import { lockedCapabilities } from "../locked-capabilities.ts";
import { lockedPeriod } from "../locked-price.ts";
import { parseLock } from "../parse-lock.ts";
import type { PolicyOffer } from "../policy-offers.ts";
import { findListed } from "./find-listed.ts";
import type { ListedEntry, ListedModel } from "./listed-model.ts";
import { litellm } from "./litellm.ts";
import { modelsDev } from "./models-dev.ts";
import { openrouter } from "./openrouter.ts";

export type ReadList = Readonly<{
  /** Whose shape the file has. */
  kind: string;
  /** By `<provider>/<model>`; models that it does not have are absent. */
  entries: ReadonlyMap<string, LockEntry>;
  diagnostics: readonly Diagnostic[];
}>;

const shapes = {
  "OpenRouter's list of models": openrouter,
  "LiteLLM's price file": litellm,
  "models.dev's list": modelsDev,
} as const satisfies Record<string, (root: Node) => readonly ListedModel[]>;

/**
 * What a file of prices says of these models. It may be a lock, or a list of OpenRouter's, LiteLLM's or models.dev's shape.
 * `books` says what the price catalogue calls a provider; `date` is the day of what the file itself does not date.
 */
export function readList(
  source: Source,
  offers: readonly PolicyOffer[],
  { books, date }: Readonly<{ books: (provider: string) => string | undefined; date: string }>,
): ReadList {
  const { root, diagnostics } = parseJson(source);
  if (root === undefined) return { kind: "no list", entries: new Map(), diagnostics };
  if (entryOf(root, "digest") !== undefined) return fromLock(source, offers);
  const [kind, models] = Object.entries(shapes)
    .map(([name, read]) => [name, read(root)] as const)
    .find(([, found]) => found.length > 0) ?? ["no list", undefined];
  if (models === undefined) return { kind, entries: new Map(), diagnostics: [unknownShape(source)] };
  const entries = new Map<string, LockEntry>();
  const found: Diagnostic[] = [];
  for (const one of offers) {
    const listed = findListed(models, one.offer, books(one.offer.provider))?.read();
    if (listed === undefined) continue;
    found.push(...listed.diagnostics);
    entries.set(one.id, lockEntry(listed, sourceName(source), date));
  }
  return { kind, entries, diagnostics: found };
}

function unknownShape({ file }: Source): Diagnostic {
  const known = ["an arouter lock", ...Object.keys(shapes)].join(", ");
  const message = `This is no list of prices that is known. Known are: ${known}.`;
  return diagnostic("AR113", { file, start: 0, end: 1 }, message);
}

function fromLock(source: Source, offers: readonly PolicyOffer[]): ReadList {
  const { document, diagnostics } = parseLock(source);
  const models: Lock["models"] = document?.value.models ?? {};
  const known = offers.flatMap(({ id }) => {
    const entry = models[id];
    return entry === undefined ? [] : [[id, entry] as const];
  });
  return { kind: "an arouter lock", entries: new Map(known), diagnostics };
}

function lockEntry({ price, capabilities }: ListedEntry, source: string, date: string): LockEntry {
  const known = lockedCapabilities(capabilities);
  return {
    ...(price === undefined ? {} : { price: { source, date, periods: [lockedPeriod({ price })] } }),
    ...(Object.keys(known).length === 0 ? {} : { capabilities: { source, date, ...known } }),
  };
}

/** The file's name, and enough of its hash to tell it from others of that name. */
function sourceName({ file, text }: Source): string {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return `${file.split("/").at(-1)} sha256:${digest}`;
}
