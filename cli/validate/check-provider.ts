import { monotonicMs } from "../../runtime/clock.ts";
import type { Catalog, Provider, Surface } from "../../runtime/contract.ts";
import { askModels, type Fetch, type ModelsAnswer, modelsUrl } from "../../runtime/model-list/ask-models.ts";
import type { ListedModel } from "../../runtime/model-list/listed-model.ts";
import { createAccess } from "../../runtime/upstream/access.ts";
import { createAccessTokens } from "../../runtime/upstream/access-tokens.ts";
import { type DistinctKey, distinctKeys } from "../../runtime/upstream/distinct-keys.ts";
import { readSecrets, type Secrets } from "../../runtime/upstream/secrets.ts";
import { type Ask, otherFormat } from "./other-format.ts";
import { whyNoList } from "./why-no-list.ts";

/** How a provider answered. `no-key`: it was not asked. */
export type ProviderCheck = Readonly<{
  kind: "listed" | "failed" | "no-key";
  id: string;
  /** Empty unless it `listed` them. */
  models: readonly ListedModel[];
  /** What it said, a text per page. */
  pages: readonly string[];
  /** Each says what is wrong and what to change; never holds a key. */
  problems: readonly string[];
  /** The same about what does not keep it from answering. */
  warnings: readonly string[];
}>;

/** What a check needs of the outside. */
export type Outside = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  readConfigFile: () => Promise<string>;
  fetch: Fetch;
  /** Of each question. */
  timeoutMs: number;
}>;

/** Asks a provider for its models with each of its keys. Never rejects. */
export async function checkProvider(
  id: string,
  provider: Provider,
  catalog: Catalog,
  outside: Outside,
): Promise<ProviderCheck> {
  const secrets = await readSecrets(onlyWith(id, provider, catalog), outside.env, outside.readConfigFile);
  const nothing = { id, models: [], pages: [], warnings: [] } as const;
  if (secrets.kind === "failed") return { ...nothing, kind: "failed", problems: secrets.problems };
  const keys = secrets.providerKeys.get(id);
  if (provider.auth !== "none" && keys === undefined) {
    return { ...nothing, kind: "no-key", problems: secrets.warnings };
  }
  const ask = asker(secrets, outside);
  const pages: string[] = [];
  const problems: string[] = [];
  let models: readonly ListedModel[] | undefined;
  for (const key of distinctKeys(keys)) {
    const asked = await firstList(provider, key, ask);
    if (typeof asked === "string") {
      problems.push(`Provider "${id}": ${asked}`);
      continue;
    }
    const { surface, answer } = asked;
    if (answer.kind === "answered" && pages.length === 0) pages.push(...answer.pages);
    if (answer.kind === "answered" && answer.models !== undefined) {
      models ??= answer.models;
      continue;
    }
    const url = modelsUrl(surface);
    const speaks = await otherFormat(surface, key.value, answer, ask);
    const where = keyPlaces(provider, key, outside.env);
    problems.push(`Provider "${id}" ${whyNoList(answer, { url, where, speaks, timeoutMs: outside.timeoutMs })}`);
  }
  const kind = problems.length === 0 && models !== undefined ? "listed" : "failed";
  return { kind, id, models: models ?? [], pages, problems, warnings: secrets.warnings };
}

function asker({ text }: Secrets & { kind: "resolved" }, { fetch, timeoutMs }: Outside): Ask {
  const access = createAccess(createAccessTokens({ fetch, now: monotonicMs }), text);
  return async (surface, key) => {
    const granted = await access(surface, key);
    if (granted.kind === "denied") return granted.error.message;
    return await askModels(surface, granted.headers, fetch, AbortSignal.timeout(timeoutMs));
  };
}

type Asked = Readonly<{ surface: Surface; answer: ModelsAnswer }>;

/** The list of the first of its APIs that has one, else what the main API said. */
async function firstList(provider: Provider, { value }: DistinctKey, ask: Ask): Promise<Asked | string> {
  let first: Asked | string | undefined;
  for (const surface of differentLists([provider, ...(provider.also ?? [])])) {
    const answer = await ask(surface, value);
    const asked = typeof answer === "string" ? answer : { surface, answer };
    if (typeof answer !== "string" && answer.kind === "answered" && answer.models !== undefined) {
      return { surface, answer };
    }
    first ??= asked;
  }
  return first ?? "it has no API.";
}

function differentLists(surfaces: readonly Surface[]): readonly Surface[] {
  return [...new Map(surfaces.toReversed().map((surface) => [modelsUrl(surface), surface])).values()].reverse();
}

/** The configuration of a gateway that has this provider alone, may lack its key, and asks its clients for none. */
function onlyWith(id: string, provider: Provider, catalog: Catalog): Catalog {
  return {
    ...catalog,
    providers: { [id]: provider },
    auth: { mode: "open", keys: [] },
    admin: { key: [] },
    telemetry: { ...catalog.telemetry, headers: {} },
    startup: { ...catalog.startup, allowMissingKeys: true },
  };
}

/** The variables and keys of the configuration that hold a key, such as `OPENAI_API_KEY`. */
function keyPlaces({ keys }: Provider, { ids }: DistinctKey, env: Outside["env"]): string {
  const places = keys
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ secret }) => secret.find((ref) => ref.from === "config" || env[ref.name]?.trim()) ?? [])
    .map((ref) => (ref.from === "env" ? ref.name : ref.path.join(".")));
  return [...new Set(places)].join(" and ");
}
