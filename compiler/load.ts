import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { type Checked, diagnostic } from "./diagnostics.ts";
import { lockName } from "./lock-name.ts";
import { type Node, nodeAt } from "./node.ts";
import { schemaNames } from "./schema-names.ts";
import type { Source, Sources, Span, Unusable, UnusableReason } from "./span.ts";
import { parseConfig } from "./spelling.ts";
import { nearest } from "./suggest.ts";
import { transformNames } from "./transform-names.ts";
import { parseTree } from "./tree.ts";

/** Room for 10,000 rules, several times over; every later phase is spared larger files. */
const maxFileBytes = 8 * 1024 * 1024;

/**
 * Reads the configuration, the policy file and the transforms it names, and the schema files that the policies name. The only reader of the disk.
 * Fails with AR001 when the configuration itself cannot be read; any other file ends up in `unusable`, for `check` to report.
 * `policyPath` is read instead of the policy file that the configuration names, and fails likewise.
 */
export async function load(configPath: string, policyPath?: string): Promise<Checked<Sources>> {
  const folder = dirname(resolve(configPath));
  const file = basename(configPath);
  const config = await readSource(folder, file);
  if (typeof config === "string") return unreadable(file, "configuration", config);
  const { root } = parseConfig(config);
  const own = await withLockFile(folder, { config, ...(await readTransforms(folder, root)) });
  if (policyPath === undefined) return { ok: true, value: await withNamedPolicies(folder, own, root), warnings: [] };
  const policies = await readSource(folder, resolve(policyPath));
  if (typeof policies === "string") return unreadable(policyPath, "policy", policies);
  return { ok: true, value: await withPolicies(folder, own, policies), warnings: [] };
}

function unreadable(file: string, kind: "configuration" | "policy", reason: UnusableReason): Checked<Sources> {
  const message = `The ${kind} file ${reasons[reason]}.`;
  const hint = kind === "configuration" && reason === "missing" ? "arouter init writes one." : undefined;
  return { ok: false, diagnostics: [diagnostic("AR001", { file, start: 0, end: 0 }, message, { hint })] };
}

/** The rest of a sentence about a file. */
export const reasons = {
  missing: "does not exist",
  unreadable: "cannot be read",
  "not-a-file": "is not a regular file",
  "too-large": "is larger than 8 MiB",
  "not-utf8": "is not UTF-8 text",
} as const satisfies Record<UnusableReason, string>;

/** What is known of the files before the policies are. */
type Own = Pick<Sources, "config" | "lock" | "transforms" | "unusable">;

/** There need be none. */
async function withLockFile(folder: string, own: Own): Promise<Own> {
  const name = lockName(own.config.file);
  const lock = await readSource(folder, name);
  if (typeof lock !== "string") return { ...own, lock };
  if (lock === "missing") return own;
  const span = { file: own.config.file, start: 0, end: 0 };
  return { ...own, unusable: [...own.unusable, { name, span, reason: lock, meant: undefined }] };
}

async function withNamedPolicies(folder: string, own: Own, root: Node | undefined): Promise<Sources> {
  const named = nodeAt(root, ["router", "policy_file"]);
  if (named?.kind !== "string" || named.value === "") return { ...own, policies: undefined, schemas: [] };
  const policies = await readSource(folder, named.value);
  if (typeof policies !== "string") return withPolicies(folder, own, policies);
  const unusable = [await unusableFile(folder, named.value, named.span, policies), ...own.unusable];
  return { ...own, policies: undefined, schemas: [], unusable };
}

async function withPolicies(folder: string, own: Own, policies: Source): Promise<Sources> {
  const { schemas, unusable } = await readSchemas(folder, policies);
  return { ...own, policies, schemas, unusable: [...own.unusable, ...unusable] };
}

async function readTransforms(
  folder: string,
  config: Node | undefined,
): Promise<Pick<Sources, "transforms" | "unusable">> {
  const transforms: { name: string; source: Source }[] = [];
  const unusable: Unusable[] = [];
  for (const { name, span } of transformNames(config)) {
    const source = await readSource(folder, name);
    if (typeof source === "string") unusable.push(await unusableFile(folder, name, span, source));
    else transforms.push({ name, source });
  }
  return transforms.length === 0 ? { unusable } : { transforms, unusable };
}

async function readSchemas(folder: string, policies: Source): Promise<Pick<Sources, "schemas" | "unusable">> {
  const schemas: { name: string; source: Source }[] = [];
  const unusable: Unusable[] = [];
  const base = resolve(folder, dirname(policies.file));
  for (const { name, span } of schemaNames(parseTree(policies).root)) {
    const source = await readSource(folder, resolve(base, name));
    if (typeof source === "string") unusable.push(await unusableFile(base, name, span, source));
    else schemas.push({ name, source });
  }
  return { schemas, unusable };
}

async function unusableFile(base: string, name: string, span: Span, reason: UnusableReason): Promise<Unusable> {
  const siblings = await readdir(resolve(base, dirname(name))).catch(() => []);
  const meant = nearest(basename(name), siblings);
  return { name, span, reason, meant: meant && join(dirname(name), meant).split(sep).join("/") };
}

/** A regular file of UTF-8 text, named relative to `folder`; a byte order mark is dropped. */
export async function readSource(folder: string, path: string): Promise<Source | UnusableReason> {
  const absolute = resolve(folder, path);
  try {
    const { size, isFile } = await status(absolute);
    if (!isFile) return "not-a-file";
    if (size > maxFileBytes) return "too-large";
    const text = utf8(await readFile(absolute));
    return text === undefined ? "not-utf8" : { file: relative(folder, absolute).split(sep).join("/"), text };
  } catch (error) {
    return isMissing(error) ? "missing" : "unreadable";
  }
}

/** A device or a pipe would never end, so the kind is known before anything is read. */
async function status(path: string): Promise<Readonly<{ size: number; isFile: boolean }>> {
  const found = await stat(path);
  return { size: found.size, isFile: found.isFile() };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
