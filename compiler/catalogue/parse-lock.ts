import { type Lock, LockSchema } from "../../schemas/lock.ts";
import { shapeOf } from "../../schemas/shape.ts";
import type { Document } from "../ast.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { nanos } from "../nanos.ts";
import { type Node, toValue } from "../node.ts";
import { parseJson } from "../parse-json.ts";
import { checkShape } from "../shape.ts";
import type { Source, Span } from "../span.ts";
import { digestOf } from "./lock-text.ts";

export type ParsedLock = Readonly<{ document: Document<Lock> | undefined; diagnostics: readonly Diagnostic[] }>;

const rewrite = "Run arouter lock, or arouter catalog update --from FILE --write.";

/** The lock with the place of everything. It can be read although its digest does not fit (AR362). */
export function parseLock(source: Source): ParsedLock {
  const { root, diagnostics } = parseJson(source);
  if (root === undefined) return { document: undefined, diagnostics };
  const found = [...checkShape(shapeOf(LockSchema), root), ...wrongValues(root)];
  if (found.length > 0 || root.kind !== "map") return { document: undefined, diagnostics: found };
  const document = { value: toValue(root) as Lock, root };
  return { document, diagnostics: wrongDigest(document) };
}

function wrongDigest({ value, root }: Document<Lock>): readonly Diagnostic[] {
  const place = root.entries.find(({ key }) => key === "digest")?.value.span;
  if (place === undefined || value.digest === digestOf(value.models)) return [];
  const message = "The models of this file were changed by hand: its digest does not fit them.";
  return [diagnostic("AR362", place, message, { hint: rewrite })];
}

const amountKeys: readonly string[] = [
  "prompt",
  "completion",
  "cache_read",
  "cache_write",
  "cache_write_long",
  "web_search",
  "request",
];

/** No model costs more US dollars per million tokens. */
const maxUsd = 1_000_000;

/** Amounts are decimal text; days and times are such as can be read. */
function wrongValues(node: Node): readonly Diagnostic[] {
  if (node.kind === "list") return node.items.flatMap(wrongValues);
  if (node.kind !== "map") return [];
  return node.entries.flatMap(({ key, value }) => {
    if (key === "daily" && value.kind === "list") return value.items.flatMap((item) => wrongTime(item));
    if (value.kind !== "string") return wrongValues(value);
    if (amountKeys.includes(key)) return wrongAmount(value.value, value.span);
    const isWrongDay = ["since", "date"].includes(key) && Number.isNaN(Date.parse(value.value));
    return isWrongDay ? [diagnostic("AR114", value.span, `"${key}" must be a date.`, { hint: rewrite })] : [];
  });
}

function wrongAmount(written: string, span: Span): readonly Diagnostic[] {
  if (nanos(written) !== undefined && Number(written) <= maxUsd) return [];
  const message = `The price ${JSON.stringify(written)} is not a decimal number up to ${maxUsd} with at most nine decimals.`;
  return [diagnostic("AR214", span, message, { hint: rewrite })];
}

function wrongTime(node: Node): readonly Diagnostic[] {
  if (node.kind !== "string" || /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(node.value)) return [];
  return [diagnostic("AR114", node.span, '"daily" must have two times such as "16:30:00".', { hint: rewrite })];
}
