import type { Catalog, ClientKeyRef, KeyRef, Provider, SecretRef, Surface } from "../contract.ts";
import { parseConfig } from "../server/parse-config.ts";
import type { ResolvedText } from "./access-tokens.ts";

/** A key that is there. */
export type ResolvedKey = Omit<KeyRef, "secret"> & Readonly<{ value: string }>;

export type Secrets =
  /** `providerKeys` holds no entry for a provider without a key; `warnings` are for the log. */
  | Readonly<{
      kind: "resolved";
      providerKeys: ProviderKeys;
      clientKeys: readonly string[];
      /** What operators present; undefined when none is configured. */
      adminKey: string | undefined;
      /** Other texts that providers read from outside, such as headers. */
      text: ResolvedText;
      warnings: readonly string[];
    }>
  /** Every reason not to start, each saying what to type. Never holds a value. */
  | Readonly<{ kind: "failed"; problems: readonly string[] }>;

/** By provider, in the order of the configuration; a provider without any key is absent. */
export type ProviderKeys = ReadonlyMap<string, readonly [ResolvedKey, ...ResolvedKey[]]>;

type Environment = Readonly<Record<string, string | undefined>>;
/** What one reference gave; `place` names variable or configuration path. */
type Found = Readonly<{ kind: "value"; value: string } | { kind: "missing" | "invalid"; place: string }>;
type Lookup = (ref: ClientKeyRef) => Found;

/**
 * Resolves every key once, when the gateway starts. An environment variable or literal that is empty or only white
 * space counts as missing, so that an empty key never becomes a key everyone knows. `readConfigFile` is called only
 * when a key is a literal. Fails when no provider can be asked.
 */
export async function resolveSecrets(
  catalog: Catalog,
  environment: Environment,
  readConfigFile: () => Promise<string>,
): Promise<Secrets> {
  const secrets = await readSecrets(catalog, environment, readConfigFile);
  if (secrets.kind === "failed" || usable(catalog, secrets.providerKeys)) return secrets;
  return { kind: "failed", problems: [noProvider(catalog)] };
}

/** The same where it is enough to know which providers have no key. */
export async function readSecrets(
  catalog: Catalog,
  environment: Environment,
  readConfigFile: () => Promise<string>,
): Promise<Secrets> {
  const config = await readLiterals(catalog, environment, readConfigFile);
  if (config.kind === "failed") return config;
  const lookup = createLookup(catalog.configFile, environment, config.value);
  const problems: string[] = [];
  const warnings: string[] = [];
  const providerKeys = new Map<string, [ResolvedKey, ...ResolvedKey[]]>();
  for (const [id, provider] of Object.entries(catalog.providers)) {
    if (provider.auth === "none") continue;
    const missing: KeyRef[] = [];
    for (const { secret, ...key } of provider.keys) {
      const found = firstSet(secret.map(lookup));
      if (found?.kind === "value") {
        addKey(providerKeys, id, { ...key, value: found.value });
        if (isPlaceholder(found.value)) warnings.push(placeholder(id));
      } else if (found?.kind === "invalid") problems.push(`Provider "${id}": ${invalidKey(found.place)}`);
      else missing.push({ ...key, secret });
    }
    // One key is enough to serve; nothing stops for the rest of the pool.
    if (providerKeys.has(id)) warnings.push(...missing.map((key) => missingKey(id, key, catalog)));
    else if (missing.length === provider.keys.length) {
      (catalog.startup.allowMissingKeys ? warnings : problems).push(noKey(id, provider, catalog));
    }
  }
  const clientKeys = resolveClientKeys(catalog, lookup, problems);
  const adminKey = resolveAdminKey(catalog, lookup, problems);
  const text = resolveTexts(catalog, lookup, problems, warnings);
  if (problems.length > 0) return { kind: "failed", problems };
  return { kind: "resolved", providerKeys, clientKeys, adminKey, text, warnings };
}

function addKey(keys: Map<string, [ResolvedKey, ...ResolvedKey[]]>, provider: string, key: ResolvedKey): void {
  const others = keys.get(provider);
  if (others === undefined) keys.set(provider, [key]);
  else others.push(key);
}

/** A client key that is configured but not there is an error: dropping it could leave the gateway open. */
function resolveClientKeys(catalog: Catalog, lookup: Lookup, problems: string[]): readonly string[] {
  const keys: string[] = [];
  for (const ref of catalog.auth.keys) {
    const found = lookup(ref);
    if (found.kind === "value") keys.push(found.value);
    else if (found.kind === "invalid") problems.push(`Client key: ${invalidKey(found.place)}`);
    else if (ref.from === "random") problems.push(`Client key: ${lateRandomKey(found.place)}`);
    else problems.push(`Client key: ${found.place} is not set or empty. Set it, or take it out of auth.keys.`);
  }
  if (catalog.auth.mode === "keys" && catalog.auth.keys.length === 0) {
    problems.push(
      `auth.mode is "keys", and auth.keys in ${catalog.configFile} is empty. Add a key or use another mode.`,
    );
  }
  return keys;
}

/** One that is configured but not there is an error: without it the operator's pages could be open. */
function resolveAdminKey({ admin }: Catalog, lookup: Lookup, problems: string[]): string | undefined {
  const found = firstSet(admin.key.map(lookup));
  if (found?.kind === "value") return found.value;
  if (found?.kind === "invalid") problems.push(`Admin key: ${invalidKey(found.place)}`);
  else if (admin.key.length > 0) {
    const places = admin.key.map(lookup).flatMap((one) => (one.kind === "value" ? [] : [one.place]));
    problems.push(`Admin key: ${places.join(" and ")} not set or empty. Set it, or take out admin.key.`);
  }
  return undefined;
}

/** Headers and client ids. One that is missing stops the start unless keys may be missing, too. */
function resolveTexts(catalog: Catalog, lookup: Lookup, problems: string[], warnings: string[]): ResolvedText {
  const values = new Map<string, string>();
  for (const [id, provider] of Object.entries(catalog.providers)) {
    for (const ref of [provider, ...(provider.also ?? [])].flatMap(textRefs)) {
      const found = lookup(ref);
      if (found.kind === "value") values.set(JSON.stringify(ref), found.value);
      else if (found.kind === "invalid") problems.push(`Provider "${id}": ${invalidKey(found.place)}`);
      else (catalog.startup.allowMissingKeys ? warnings : problems).push(missingText(id, found.place));
    }
  }
  for (const ref of Object.values(catalog.telemetry.headers)) {
    const found = lookup(ref);
    if (found.kind === "value") values.set(JSON.stringify(ref), found.value);
    else warnings.push(missingTelemetryHeader(found.place));
  }
  return (text) => (typeof text === "string" ? text : values.get(JSON.stringify(text)));
}

function textRefs({ auth, headers = {} }: Surface): readonly SecretRef[] {
  const id = typeof auth !== "string" && auth.kind === "client-credentials" ? [auth.clientId] : [];
  return [...Object.values(headers), ...id].flatMap((text) => (typeof text === "string" ? [] : [text]));
}

/** The first reference that is set decides, even when it is invalid: falling through to another key would hide it. */
function firstSet(found: readonly Found[]): Found | undefined {
  return found.find((each) => each.kind !== "missing");
}

function usable(catalog: Catalog, keys: ProviderKeys): boolean {
  return Object.entries(catalog.providers).some(([id, provider]) => provider.auth === "none" || keys.has(id));
}

function createLookup(configFile: string, environment: Environment, config: unknown): Lookup {
  return (ref) => {
    const place = placeOf(ref, configFile);
    const value = ref.from === "config" ? valueAt(config, ref.path) : environment[ref.name];
    const trimmed = typeof value === "string" ? value.trim() : "";
    if (trimmed === "") return { kind: "missing", place };
    return sendable.test(trimmed) ? { kind: "value", value: trimmed } : { kind: "invalid", place };
  };
}

/** What fits a header without quoting or folding: visible ASCII, blanks inside included (RFC 9110 section 5.5). */
const sendable = /^[\x20-\x7e]+$/;

/** The configuration as plain data, or undefined when no key has to come from it: a set variable in front of a literal spares the file. */
async function readLiterals(
  catalog: Catalog,
  environment: Environment,
  readConfigFile: () => Promise<string>,
): Promise<Readonly<{ kind: "read"; value: unknown }> | (Secrets & { kind: "failed" })> {
  const alternatives: readonly (readonly ClientKeyRef[])[] = [
    ...Object.values(catalog.providers).flatMap((provider) => provider.keys.map(({ secret }) => secret)),
    ...catalog.auth.keys.map((ref) => [ref]),
    catalog.admin.key,
    ...Object.values(catalog.telemetry.headers).map((ref) => [ref]),
    ...Object.values(catalog.providers)
      .flatMap((provider) => [provider, ...(provider.also ?? [])].flatMap(textRefs))
      .map((ref) => [ref]),
  ];
  const isSet = (ref: ClientKeyRef) => ref.from !== "config" && (environment[ref.name]?.trim() ?? "") !== "";
  const needed = alternatives.some((refs) => !refs.some(isSet) && refs.some((ref) => ref.from === "config"));
  if (!needed) return { kind: "read", value: undefined };
  const text = await readConfigFile().catch(() => undefined);
  const parsed = text === undefined ? unreadable : await parseConfig(catalog.configFile, text);
  if (parsed.kind === "parsed") return { kind: "read", value: parsed.value };
  const problem = `${catalog.configFile} ${parsed.problem}, and API keys are written in it. Name the file with --config, or set the keys as environment variables.`;
  return { kind: "failed", problems: [problem] };
}

const unreadable = { kind: "invalid", problem: "cannot be read" } as const;

function valueAt(config: unknown, path: readonly string[]): unknown {
  let value = config;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

function placeOf(ref: ClientKeyRef, configFile: string): string {
  return ref.from === "config" ? `${ref.path.join(".")} in ${configFile}` : `environment variable ${ref.name}`;
}

function invalidKey(place: string): string {
  return `${place} holds a line break or another character that no HTTP header takes. Set it to the key alone.`;
}

function lateRandomKey(place: string): string {
  return `${place} is not set, and $RANDOM_KEY is made only at the start. Set it, or restart.`;
}

function missingText(id: string, place: string): string {
  return `Provider "${id}" needs ${place}, which is not set or empty. Set it, or take it out of the provider's table.`;
}

/** Telemetry never keeps a gateway from starting. */
function missingTelemetryHeader(place: string): string {
  return `${place} is not set, empty, or no header's value: telemetry is sent without that header.`;
}

function missingKey(id: string, { id: key, secret }: KeyRef, { configFile }: Catalog): string {
  const places = secret.map((ref) => placeOf(ref, configFile)).join(" and ");
  return `Key "${key}" of provider "${id}" is missing: ${places} not set or empty. The provider's other keys serve without it.`;
}

function noKey(id: string, provider: Provider, { configFile, startup }: Catalog): string {
  const places = provider.keys.flatMap(({ secret }) => secret).map((ref) => placeOf(ref, configFile));
  const tried =
    places.length === 0
      ? "none is configured"
      : `${places.join(" and ")} ${places.length > 1 ? "are" : "is"} not set or empty`;
  return `Provider "${id}" has no API key: ${tried}. ${advice(id, provider, startup.allowMissingKeys)}`;
}

function advice(id: string, provider: Provider, starts: boolean): string {
  // The variable that the configuration names comes last.
  const variable = provider.keys.flatMap(({ secret }) => secret).findLast((ref) => ref.from === "env")?.name;
  const set = variable === undefined ? `Set providers.${id}.api_key` : `Type: export ${variable}=<key>`;
  return starts ? set : `${set}, or set startup.allow_missing_keys = true to start without it.`;
}

function noProvider(catalog: Catalog): string {
  const ids = Object.keys(catalog.providers);
  if (ids.length === 0) return `${catalog.configFile} names no provider. Add one, such as [providers.openai].`;
  return `No provider has an API key (${ids.join(", ")}). Set at least one of them.`;
}

/** Keys as documentation prints them, and references that nobody resolved: `sk-...`, `<your key>`, `${KEY}`, `env.KEY`. */
function isPlaceholder(key: string): boolean {
  return key.includes("...") || /^(<.*>|\$\{.*\}|env\..*)$/.test(key);
}

function placeholder(id: string): string {
  return `The API key of provider "${id}" looks like a placeholder; the provider will refuse it.`;
}
