import { after, monotonicMs, sleep } from "../clock.ts";
import { countedBy, type MetricsSnapshot } from "../metrics/metrics-snapshot.ts";
import { fetchSlots } from "../upstream/fetch-slots.ts";
import { workerVariable } from "./is-worker.ts";
import { oneAtATime, oneWaiting } from "./one-at-a-time.ts";
import type { Reloaded } from "./reloaded.ts";
import type { Environment } from "./serve.ts";
import { StartupError } from "./startup-error.ts";
import type { Order, Report } from "./worker-messages.ts";

export type WorkersOptions = Readonly<{
  count: number;
  /** Program and arguments of a worker: something that calls `runWorker`. */
  command: readonly string[];
  env: Environment;
  /** Gets the configuration anew and puts it into service: what SIGHUP and any worker's POST /admin/reload do. */
  onReload: (workers: Pick<Workers, "reload" | "refuse">) => Promise<Reloaded>;
  /** Where it is told that a worker ended. */
  warn: (message: string) => void;
}>;

export type Workers = Readonly<{
  urls: readonly string[];
  /** Every worker reads its configuration again. Applied when all of them did. */
  reload(): Promise<Reloaded>;
  /** Tells every worker that there is a configuration that cannot be used. */
  refuse(problems: readonly string[]): Promise<Reloaded>;
  /** `WorkersOptions.onReload`. Runs once for all who ask while another reload goes on. */
  requestReload(): Promise<Reloaded>;
  /** Resolves once all have ended, to whether all of them ended well. */
  stop(): Promise<boolean>;
  /** Without waiting for the requests in flight. */
  kill(): void;
}>;

/** A worker that ran this long ended for a reason of the moment, and is replaced at once. */
const steadyMs = 10_000;
const firstDelayMs = 100;
const maxDelayMs = 10_000;
/** Prometheus itself gives up after 10 s. */
const metricsMs = 2000;

type Slot = {
  child: Bun.Subprocess | undefined;
  listening: boolean;
  /** Ends in a row soon after the start. */
  failures: number;
  /** Told what the worker answers to an order, and undefined when it ends instead. */
  onReloaded: ((result: Reloaded | undefined) => void) | undefined;
  /** What it had counted when it was last asked. */
  counted: MetricsSnapshot | undefined;
  /** Told what the worker has counted, and undefined when it ends instead. */
  onMetrics: ((snapshot: MetricsSnapshot | undefined) => void) | undefined;
};

/**
 * Runs processes that share their addresses, and replaces each that ends. Resolves once all listen; throws StartupError
 * with the first one's problems when none of them could start.
 */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const env = workerEnvironment(options.env);
  const slots = Array.from({ length: options.count }, newSlot);
  const stopping = new AbortController();
  const started = Promise.withResolvers<readonly string[]>();
  /** What workers that have ended had counted. */
  const departed: MetricsSnapshot[] = [];
  let generation = 1;
  let problems: readonly string[] | undefined;
  let anyListened = false;

  function start(slot: Slot): void {
    const startedMs = monotonicMs();
    slot.child = Bun.spawn([...options.command], {
      env: { ...env, [workerVariable]: String(generation) },
      stdio: ["ignore", "inherit", "inherit"],
      serialization: "json",
      ipc: (message: Report) => heard(slot, message),
      onExit: (_child, code, signal) =>
        ended(slot, monotonicMs() - startedMs, signal === null ? `exit code ${code}` : `signal ${signal}`),
    });
  }

  function heard(slot: Slot, message: Report): void {
    switch (message.kind) {
      case "listening":
        slot.listening = true;
        anyListened = true;
        if (slots.every(({ listening }) => listening)) started.resolve(message.urls);
        return;
      case "failed":
        problems ??= message.problems;
        return;
      case "reloaded":
        slot.onReloaded?.(message.result);
        return;
      case "ask-reload":
        return void requestReload().then((result) => tell(slot, { kind: "asked", result }));
      case "metrics":
        slot.counted = message.snapshot;
        slot.onMetrics?.(message.snapshot);
        return;
      case "ask-metrics":
        return void allMetrics().then((snapshots) => tell(slot, { kind: "all-metrics", snapshots }));
    }
  }

  function ended(slot: Slot, livedMs: number, how: string): void {
    slot.child = undefined;
    slot.listening = false;
    slot.onReloaded?.(undefined);
    slot.onMetrics?.(undefined);
    if (slot.counted !== undefined) departed.push(slot.counted);
    slot.counted = undefined;
    if (stopping.signal.aborted) return;
    slot.failures = livedMs < steadyMs ? slot.failures + 1 : 0;
    const delayMs = slot.failures === 0 ? 0 : Math.min(maxDelayMs, firstDelayMs * 2 ** (slot.failures - 1));
    if (!anyListened && slots.every(({ failures }) => failures > 0)) {
      started.reject(new StartupError(problems ?? [`Every worker ended before it listened (${how}).`]));
      return;
    }
    if (anyListened)
      options.warn(`a worker ended (${how}); another one starts${delayMs === 0 ? "" : ` in ${delayMs} ms`}.`);
    sleep(delayMs, stopping.signal).then(
      () => start(slot),
      () => undefined,
    );
  }

  /** Sends an order to all and waits for what each makes of it; one that ends meanwhile has no say. */
  async function order(message: Order): Promise<Reloaded> {
    const answers = await Promise.all(slots.filter(({ listening }) => listening).map((slot) => ask(slot, message)));
    const refused = answers.flatMap((answer) => (answer?.kind === "refused" ? answer.problems : []));
    if (refused.length > 0) return { kind: "refused", generation, problems: [...new Set(refused)] };
    generation += 1;
    return { kind: "applied", generation };
  }

  /** A worker that is busy with something else is told of as it was when it last answered. */
  const allMetrics = oneWaiting(async () => {
    const told = await Promise.all(
      slots.filter(({ listening }) => listening).map(async (slot) => (await askMetrics(slot)) ?? slot.counted),
    );
    const gone = departed.length === 0 ? [] : [await countedBy(departed)];
    departed.splice(0, departed.length, ...gone);
    return [...told.filter((snapshot) => snapshot !== undefined), ...gone];
  });
  const inOrder = oneAtATime(order);
  const reload = () => inOrder({ kind: "reload" });
  const refuse = (found: readonly string[]) => inOrder({ kind: "refuse", problems: found });
  const requestReload = oneWaiting(() => options.onReload({ reload, refuse }));
  const stop = async () => {
    stopping.abort();
    const codes = await Promise.all(slots.map(stopOne));
    return codes.every((code) => code === 0);
  };
  const kill = () => {
    stopping.abort();
    for (const { child } of slots) child?.kill("SIGKILL");
  };

  for (const slot of slots) start(slot);
  try {
    return { urls: await started.promise, reload, refuse, requestReload, stop, kill };
  } catch (thrown) {
    kill();
    throw thrown;
  }
}

function newSlot(): Slot {
  return {
    child: undefined,
    listening: false,
    failures: 0,
    onReloaded: undefined,
    counted: undefined,
    onMetrics: undefined,
  };
}

function tell({ child }: Slot, order: Order): void {
  child?.send(order);
}

/** One that does not listen yet serves nobody, and may not hear either. */
async function stopOne(slot: Slot): Promise<number> {
  const { child, listening } = slot;
  tell(slot, { kind: "stop" });
  if (!listening) child?.kill("SIGTERM");
  const code = await child?.exited;
  return listening ? (code ?? 0) : 0;
}

function ask(slot: Slot, order: Order): Promise<Reloaded | undefined> {
  return new Promise((resolve) => {
    slot.onReloaded = (result) => {
      slot.onReloaded = undefined;
      resolve(result);
    };
    tell(slot, order);
  });
}

/** Nothing comes of it if the worker ends, or takes longer than whoever scrapes would wait. */
function askMetrics(slot: Slot): Promise<MetricsSnapshot | undefined> {
  return new Promise((resolve) => {
    const cancel = after(metricsMs, () => told(undefined));
    const told = (snapshot: MetricsSnapshot | undefined) => {
      slot.onMetrics = undefined;
      cancel();
      resolve(snapshot);
    };
    slot.onMetrics = told;
    tell(slot, { kind: "tell-metrics" });
  });
}

/** Without what makes Bun run code before ours, and with as many upstream requests at once as there may be. */
function workerEnvironment({ BUN_OPTIONS: _options, BUN_BE_BUN: _be, ...env }: Environment): Environment {
  return { ...env, [fetchSlots.variable]: env[fetchSlots.variable] ?? fetchSlots.count };
}
