import { LRUCache } from "lru-cache";

/** One answer's speed. Times are in milliseconds. */
export type SpeedSample = Readonly<{
  outputTokens: number;
  /** While the model was writing: from the first token to the end, or the whole time of an answer in one piece. */
  generationMs: number;
  /** Until the first token; undefined for an answer in one piece. */
  firstTokenMs: number | undefined;
}>;

export type SpeedReport = Readonly<{
  provider: string;
  model: string;
  tps: number | undefined;
  latencyMs: number | undefined;
  samples: number;
  /** Since the last sample. */
  ageMs: number;
}>;

/** How fast upstream models have been lately: means of the last five samples; undefined without any. */
export type Throughput = Readonly<{
  /** Output tokens per second. */
  tps(provider: string, model: string): number | undefined;
  /** Milliseconds to the first token. */
  latencyMs(provider: string, model: string): number | undefined;
  sample(provider: string, model: string, sample: SpeedSample): void;
  report(): readonly SpeedReport[];
}>;

const kept = 5;
/** An answer of a few tokens says more about the network than about the model. */
const minOutputTokens = 20;
/** A model name can be the client's own. */
const maxModels = 10_000;

type Speeds = {
  readonly provider: string;
  readonly model: string;
  readonly tps: number[];
  readonly latencies: number[];
  lastMs: number;
};

export function createThroughput(now: () => number): Throughput {
  const known = new LRUCache<string, Speeds>({ max: maxModels });

  function find(provider: string, model: string): Speeds | undefined {
    return known.get(`${provider}\n${model}`);
  }

  function add(provider: string, model: string): Speeds {
    const speeds: Speeds = { provider, model, tps: [], latencies: [], lastMs: now() };
    known.set(`${provider}\n${model}`, speeds);
    return speeds;
  }

  return {
    tps: (provider, model) => mean(find(provider, model)?.tps),
    latencyMs: (provider, model) => mean(find(provider, model)?.latencies),
    sample: (provider, model, { outputTokens, generationMs, firstTokenMs }) => {
      const isTps = outputTokens >= minOutputTokens && generationMs > 0;
      const isLatency = firstTokenMs !== undefined && firstTokenMs >= 0;
      if (!isTps && !isLatency) return;
      const speeds = find(provider, model) ?? add(provider, model);
      speeds.lastMs = now();
      if (isTps) push(speeds.tps, (outputTokens * 1000) / generationMs);
      if (isLatency) push(speeds.latencies, firstTokenMs);
    },
    report: () =>
      Array.from(known.values(), ({ provider, model, tps, latencies, lastMs }) => ({
        provider,
        model,
        tps: mean(tps),
        latencyMs: mean(latencies),
        samples: tps.length,
        ageMs: now() - lastMs,
      })),
  };
}

function push(list: number[], value: number): void {
  list.push(value);
  if (list.length > kept) list.shift();
}

function mean(list: readonly number[] | undefined): number | undefined {
  if (list === undefined || list.length === 0) return undefined;
  return list.reduce((total, value) => total + value, 0) / list.length;
}
