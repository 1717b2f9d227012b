import { after, afterInBackground } from "./clock.ts";
import type { Catalog } from "./contract.ts";
import { type Fetch, type ProbeResult, probeProvider } from "./probe-provider.ts";
import type { ProviderKeys } from "./secrets.ts";

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
      }>
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
  /** The model ids a provider last told; empty before. */
  models(provider: string): readonly string[];
  /** What is known of a provider, for the health of the next configuration. */
  known(provider: string): Known | undefined;
}>;

type Probe = Readonly<{ result: ProbeResult; latencyMs: number; atMs: number }>;
type Known = Readonly<{ baseUrl: string; probe: Probe; models: readonly string[] }>;

const defaultTimeoutMs = 5000;

/**
 * Knows which providers answer, from probes in the background: asking for the report costs nothing and calls nobody.
 * A provider is offline when it does not answer or answers with a 5xx. Healthy until the first probe has come back;
 * then `health.fail_on` decides whether one offline provider or only all of them make a 503.
 */
export function createHealth(
  options: Readonly<{
    catalog: Pick<Catalog, "providers" | "health">;
    keys: ProviderKeys;
    /** Told whether a provider took a key, by its id. */
    keyProbed?: (provider: string, keyId: string, accepted: boolean) => void;
    fetch: Fetch;
    epochMs: () => number;
    timeoutMs?: number;
    /** Of the configuration before: a provider at the same address needs no probe to be known. */
    previous?: Health | undefined;
  }>,
): Health {
  const { catalog, keys, fetch, epochMs, timeoutMs = defaultTimeoutMs } = options;
  const { failOn, probeIntervalMs } = catalog.health;
  const probes = new Map<string, Probe>();
  const models = new Map<string, readonly string[]>();
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

  async function probe(id: string, provider: Catalog["providers"][string], round: AbortSignal): Promise<void> {
    const abort = new AbortController();
    const end = () => abort.abort();
    const cancelTimeout = after(timeoutMs, end);
    round.addEventListener("abort", end, { once: true });
    const startMs = epochMs();
    const result = await probeKeys(id, provider, abort.signal);
    cancelTimeout();
    round.removeEventListener("abort", end);
    if (round.aborted) return;
    probes.set(id, { result, latencyMs: Math.max(0, epochMs() - startMs), atMs: startMs });
    if (result.kind === "answered" && result.models !== undefined) models.set(id, result.models);
  }

  /** Asks with every key; what the provider said to one it took goes before what it said to others. */
  async function probeKeys(
    id: string,
    provider: Catalog["providers"][string],
    signal: AbortSignal,
  ): Promise<ProbeResult> {
    const own = keys.get(id) ?? [];
    let told = await probeProvider(provider, own[0]?.value, fetch, signal);
    for (const [index, key] of own.entries()) {
      const result = index === 0 ? told : await probeProvider(provider, key.value, fetch, signal);
      const accepted = acceptance(result);
      if (accepted !== undefined) options.keyProbed?.(id, key.id, accepted);
      if (accepted === true) told = result;
    }
    return told;
  }

  async function run(round: AbortSignal): Promise<void> {
    await refresh();
    if (!round.aborted) afterInBackground(probeIntervalMs, () => void run(round));
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
      const body = describe(Object.keys(catalog.providers), probes, failOn);
      return { status: body.healthy ? 200 : 503, body };
    },
  };
}

/** Undefined when the answer says nothing about the key. */
function acceptance(result: ProbeResult): boolean | undefined {
  if (result.kind === "unreachable") return undefined;
  if (result.status === 401 || result.status === 403) return false;
  return result.status === 200 ? true : undefined;
}

function describe(ids: readonly string[], probes: ReadonlyMap<string, Probe>, failOn: "all" | "any"): HealthBody {
  const states = ids.map((id) => [id, stateOf(probes.get(id)?.result)] as const);
  const offline = states.filter(([, state]) => state === "offline").map(([id]) => id);
  const healthy = offline.length === 0 || (failOn === "all" && offline.length < ids.length);
  const degraded = states.some(([, state]) => state === "offline" || state === "key_rejected");
  const providers = states.map(([id, state]) => [id, describeOne(state, probes.get(id))] as const);
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

function describeOne(state: ProviderState, probe: Probe | undefined): HealthBody["providers"][string] {
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
