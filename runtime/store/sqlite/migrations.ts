/**
 * The schema, step by step: step n leads from version n to n + 1 (`PRAGMA user_version`). A step that was released is never
 * changed; what comes later is added.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE traces (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  time_ms INTEGER NOT NULL,
  key TEXT,
  endpoint TEXT NOT NULL,
  model_requested TEXT NOT NULL,
  model_served TEXT NOT NULL,
  provider TEXT NOT NULL,
  rule TEXT NOT NULL,
  decision TEXT NOT NULL,
  status INTEGER NOT NULL,
  how TEXT NOT NULL,
  stream INTEGER NOT NULL,
  error_type TEXT,
  total_ms REAL NOT NULL,
  ttft_ms REAL,
  cost_nanos INTEGER,
  requested_nanos INTEGER,
  saved_nanos INTEGER,
  charged_nanos INTEGER,
  byok INTEGER NOT NULL
) STRICT;

CREATE INDEX traces_by_time ON traces (time_ms);

CREATE TABLE attempts (
  trace INTEGER NOT NULL REFERENCES traces (seq) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  key TEXT,
  billing TEXT NOT NULL,
  hedge INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER,
  error_type TEXT,
  error_message TEXT,
  quarantined INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  latency_ms REAL,
  ttft_ms REAL,
  uncached_input INTEGER,
  cache_read INTEGER,
  cache_write INTEGER,
  cache_write_long INTEGER,
  output INTEGER,
  reasoning INTEGER,
  web_searches INTEGER,
  service_tier TEXT,
  cost_nanos INTEGER,
  PRIMARY KEY (trace, n)
) STRICT, WITHOUT ROWID;
`,
  `
ALTER TABLE attempts ADD COLUMN is_estimate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN cost_source TEXT;
`,
  "ALTER TABLE traces ADD COLUMN facts TEXT;",
];
