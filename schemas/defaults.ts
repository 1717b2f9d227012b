/** Every default of arouter.toml: the schema documents them, `lower` fills them in. Units are in the names. */
export const defaults = {
  listenAddress: "127.0.0.1:8080",
  preflush: { bufferBytes: 8192, maxMs: 15_000 },
  timeouts: { connectMs: 10_000, firstByteMs: 300_000, idleMs: 300_000, totalMs: 1_800_000 },
  retry: { maxAttempts: 3, initialBackoffMs: 200, maxBackoffMs: 2000, multiplier: 2, sameProvider: "auto" },
  retryStatuses: [408, 425, 429, 500, 502, 503, 504, 529],
  retryBudget: { percent: 20, minPerSecond: 10 },
  circuitBreaker: { failureThreshold: 5, errorRate: 0.5, minRequests: 20, windowMs: 30_000, cooldownMs: 30_000 },
  routing: { strategy: "weight_tps", minTps: 40, slow: "demote" },
  tierMatch: "contains",
  failover: { exhausted: "last_error", maxAttempts: 10, deadlineMs: 600_000 },
  failoverStatuses: [401, 402, 403, 404, 408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529],
  pool: "round_robin",
  translation: {
    onLoss: "warn",
    autoCache: false,
    downloads: true,
    downloadMaxBytes: 20 * 1024 * 1024,
    downloadTimeoutMs: 10_000,
    downloadPrivate: false,
  },
  benchmark: { enabled: false, intervalSeconds: 3600 },
  connection: { maxIdlePerHost: 32, idleTimeoutMs: 90_000 },
  limits: { maxBodyBytes: 32 * 1024 * 1024, maxResponseBytes: 32 * 1024 * 1024, maxJsonDepth: 128 },
  admission: { maxInFlight: 0, queueSize: 100, queueMs: 0, adaptive: false, maxRssBytes: 0, maxLoopDelayMs: 0 },
  health: { probeIntervalSeconds: 60, failOn: "all" },
  store: { path: ".arouter/arouter.db", retentionDays: 30, maxTraces: 10_000_000 },
  log: { maxMib: 100, keep: 5, bodiesOf: ["*"], noBodiesOf: [] },
  telemetry: { serviceName: "arouter", protocol: "auto", sampleRatio: 1, propagate: "traceparent", metrics: false },
  shutdown: { drainMs: 30_000 },
  startup: { allowMissingKeys: false },
} as const;

/** The longest timer JavaScript has: a larger delay overflows 32 bits and fires at once. */
export const maxTimerMs = 2_147_483_647;
