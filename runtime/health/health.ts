import { after, afterInBackground } from "../clock.ts";
import type { Catalog, Provider } from "../contract.ts";
import type { Fetch } from "../model-list/ask-models.ts";
import type { ListedModel } from "../model-list/listed-model.ts";
import type { Access } from "../upstream/access.ts";
import { distinctKeys } from "../upstream/distinct-keys.ts";
import type { ProviderKeys } from "../upstream/secrets.ts";
import { type ProbeResult, probeProvider } from "./probe-provider.ts";
import type { ProviderStanding } from "./provider-standing.ts";

/** `key_rejected`: it answers, and with 401 or 403. `unknown`: not probed yet. */
export type ProviderState = "ok" | "key_rejected" | "offline" | "unknown";

/** The JSON of GET /healthz. */
export type HealthBody = Readonly<{
  status: "ok" | "degraded" | "down";
  healthy: boolean;
  offline_providers: readonly string[];
  providers: Readonly<
    Record<
      string,
      Readonly<{
        reachable: boolean;
        state: ProviderState;
        /** HTTP status of the last probe; null when there was no answer. */
        status: number | null;
        /** Why there was no answer, such as `ECONNREFUSED` or `timeout`. */
        error: string | null;
        latency_ms: number | null;
        /** RFC 3339. */
        last_probe_at: string | null;
      }> &
        ProviderStanding
    >
  >;
}>;

export type Health = Readonly<{
  /** Probes now, without waiting, and then again after every interval until `stop`. */
  start(): void;
  stop(): void;
  /** Probes every provider once and waits for it. */
  refresh(): Promise<void>;
  report(): Readonly<{ status: 200 | 503; body: HealthBody }>;
  /** The models a provider last told of; empty before. */
  models(provider: string): readonly ListedModel[];
  /** What is known of a provider, for the health of the next configuration. */
  known(provider: string): Known | undefined;
}>;

export type StateChange = Readonly<{ provider: string; from: ProviderState; to: ProviderState; result: ProbeResult }>;

type Probe = Readonly<{ result: ProbeResult; latencyMs: number; atMs: number }>;
type Known = Readonly<{ baseUrl: string; probe: Probe; models: readonly ListedModel[] }>;

const defaultTimeoutMs = 5000;
/** An interval is longer or shorter by up to this share of it, so that instances do not ask in step. */
const jitter = 0.1;

/**
 * Knows which providers answer, from probes in the background: asking for the report costs nothing and calls nobody.
 * A provider is offline when it does not answer or answers with a 5xx. Healthy until the first probe has come back;
 * then `health.fail_on` decides whether one offline provider or only all of them make a 503.
 */
export function createHealth(
  options: Readonly<{
    catalog: Pick<Catalog, "providers" | "health">;
    keys: ProviderKeys;
    /** Told whether a provider took a key, by its id, where keys that are refused rest at all. */
    keyProbed?: (provider: string, keyId: string, accepted: boolean) => void;
    /** Told when a provider is in another state than it was, and of the first that is not `ok`. */
    changed?: (change: StateChange) => void;
    standing: (provider: string) => ProviderStanding;
    access: Access;
    fetch: Fetch;
    epochMs: () => number;
    /** In [0, 1). */
    random: () => number;
    timeoutMs?: number;
    /** Of the configuration before: a provider at the same address needs no probe to be known. */
    previous?: Health | undefined;
  }>,
): Health {
  const { catalog, keys, fetch, epochMs, random, timeoutMs = defaultTimeoutMs } = options;
  const { failOn, probeIntervalMs } = catalog.health;
  const probes = new Map<string, Probe>();
  const models = new Map<string, readonly ListedModel[]>();
  for (const [id, { baseUrl }] of Object.entries(catalog.providers)) {
    const known = options.previous?.known(id);
    if (known?.baseUrl !== baseUrl) continue;
    probes.set(id, known.probe);
    models.set(id, known.models);
  }
  let stopped = new AbortController();

  async function refresh(): Promise<void> {
    const round = stopped.signal;
    await Promise.all(Object.entries(catalog.providers).map(([id, provider]) => probe(id, provider, round)));
  }

  /**
   * Asks with every key, one after the other, so that no provider sees a burst. The first answer counts, until another key
   * is taken. Who does not answer at all is not asked again.
   */
  async function probe(id: string, provider: Provider, round: AbortSignal): Promise<void> {
    for (const [index, { value, ids }] of distinctKeys(keys.get(id)).entries()) {
      const asked = await ask(provider, value, round);
      if (round.aborted) return;
      const accepted = acceptance(asked.result);
      if (accepted !== undefined && provider.quarantine) {
        for (const keyId of ids) options.keyProbed?.(id, keyId, accepted);
      }
      if (index === 0 || accepted === true) remember(id, asked);
      if (asked.result.kind === "unreachable") return;
    }
  }

  async function ask(provider: Provider, key: string | undefined, round: AbortSignal): Promise<Probe> {
    const abort = new AbortController();
    const end = () => abort.abort();
    const cancelTimeout = after(timeoutMs, end);
    round.addEventListener("abort", end, { once: true });
    const atMs = epochMs();
    const granted = await options.access(provider, key);
    const result =
      granted.kind === "denied"
        ? ({ kind: "unreachable", why: "no access token" } as const)
        : await probeProvider(provider, granted.headers, fetch, abort.signal);
    cancelTimeout();
    round.removeEventListener("abort", end);
    return { result, latencyMs: Math.max(0, epochMs() - atMs), atMs };
  }

  function remember(id: string, asked: Probe): void {
    const [from, to] = [stateOf(probes.get(id)?.result), stateOf(asked.result)];
    probes.set(id, asked);
    if (from !== to && !(from === "unknown" && to === "ok")) {
      options.changed?.({ provider: id, from, to, result: asked.result });
    }
    if (asked.result.kind === "answered" && asked.result.models !== undefined) models.set(id, asked.result.models);
  }

  async function run(round: AbortSignal): Promise<void> {
    await refresh();
    afterInBackground(probeIntervalMs * (1 + jitter * (2 * random() - 1)), () => {
      if (!round.aborted) void run(round);
    });
  }

  return {
    start: () => {
      if (probeIntervalMs > 0) void run(stopped.signal);
    },
    stop: () => {
      stopped.abort();
      stopped = new AbortController();
    },
    refresh,
    models: (provider) => models.get(provider) ?? [],
    known: (provider) => {
      const baseUrl = catalog.providers[provider]?.baseUrl;
      const probe = probes.get(provider);
      return baseUrl && probe ? { baseUrl, probe, models: models.get(provider) ?? [] } : undefined;
    },
    report: () => {
      const body = describe(Object.keys(catalog.providers), probes, options.standing, failOn);
      return { status: body.healthy ? 200 : 503, body };
    },
  };
}

/**
 * Undefined when the answer says nothing about the key. A 403 does not: a restricted key may be good for answers and yet
 * not for lists of models (OpenAI's `api.model.read` permission).
 */
function acceptance(result: ProbeResult): boolean | undefined {
  if (result.kind === "unreachable") return undefined;
  if (result.status === 401) return false;
  return result.status >= 200 && result.status < 300 ? true : undefined;
}

function describe(
  ids: readonly string[],
  probes: ReadonlyMap<string, Probe>,
  standing: (provider: string) => ProviderStanding,
  failOn: "all" | "any",
): HealthBody {
  const states = ids.map((id) => [id, stateOf(probes.get(id)?.result)] as const);
  const offline = states.filter(([, state]) => state === "offline").map(([id]) => id);
  const healthy = offline.length === 0 || (failOn === "all" && offline.length < ids.length);
  const degraded = states.some(([, state]) => state === "offline" || state === "key_rejected");
  const providers = states.map(([id, state]) => [id, { ...probed(state, probes.get(id)), ...standing(id) }] as const);
  return {
    status: healthy ? (degraded ? "degraded" : "ok") : "down",
    healthy,
    offline_providers: offline,
    providers: Object.fromEntries(providers),
  };
}

function stateOf(result: ProbeResult | undefined): ProviderState {
  if (result === undefined) return "unknown";
  if (result.kind === "unreachable" || result.status >= 500) return "offline";
  return result.status === 401 || result.status === 403 ? "key_rejected" : "ok";
}

function probed(
  state: ProviderState,
  probe: Probe | undefined,
): Omit<HealthBody["providers"][string], keyof ProviderStanding> {
  const result = probe?.result;
  return {
    reachable: state !== "offline",
    state,
    status: result?.kind === "answered" ? result.status : null,
    error: result?.kind === "unreachable" ? result.why : null,
    latency_ms: probe === undefined ? null : Math.round(probe.latencyMs),
    last_probe_at: probe === undefined ? null : new Date(probe.atMs).toISOString(),
  };
}
