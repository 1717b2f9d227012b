import type { Config } from "./config.ts";
import type { ProfileName } from "./profile-names.ts";
import type { ProviderConfig } from "./provider-config.ts";

/** Defaults of a profile; whatever the file says wins over them. */
export type Profile = Readonly<{
  config: Config;
  /** What every provider has unless it says otherwise. */
  provider: ProviderConfig;
  /** What serves when the file names no provider, no model and no tier. */
  upstreams?: Config;
}>;

/** Each reproduces the defaults of one of the gateways that ARouter takes after. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  /** A policy gateway for two vendors: jittered retries first, other models only when a check fails. */
  arouter: {
    config: {
      listen_addr: "127.0.0.1:8080",
      routing: { strategy: "priority", min_tps: 0, name_inference: true },
      retry: {
        max_attempts: 3,
        initial_backoff_ms: 200,
        max_backoff_ms: 2000,
        multiplier: 2,
        same_provider: "always",
      },
    },
    provider: {},
  },

  /** Every model through one key: upstreams by priority, keys by priority, a failed upstream rests for half a minute. */
  anyrouter: {
    config: {
      auth: { mode: "keys" },
      routing: { strategy: "priority", min_tps: 0, unknown_model_status: 404 },
      limits: { max_body_bytes: 10 * 1024 * 1024 },
    },
    provider: { pool: "fallback", circuit_breaker: { failure_threshold: 1, cooldown_ms: 30_000 } },
  },

  /** For Claude Code: the heaviest and fastest upstream, the next one on any failure, never the same one twice. */
  "anthropic-proxy": {
    config: {
      listen_addr: "127.0.0.1:8080",
      auth: { mode: "keys" },
      routing: {
        strategy: "weight_tps",
        min_tps: 40,
        slow: "exclude",
        name_inference: false,
        unknown_model_status: 502,
      },
      failover: {
        statuses: [
          500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530,
        ],
        include_4xx: true,
        exhausted: "bad_gateway",
      },
      retry: {
        max_attempts: 4,
        initial_backoff_ms: 100,
        max_backoff_ms: 5000,
        multiplier: 2,
        same_provider: "never",
      },
      http: { response_model: "requested" },
    },
    provider: { circuit_breaker: { error_rate: 0.5, min_requests: 10 } },
  },

  /** Model tiers, each with an upstream of its own whose answers and errors pass through as they are. */
  "model-router": {
    config: {
      listen_addr: "127.0.0.1:9099",
      auth: { mode: "nonempty" },
      limits: { max_body_bytes: 10 * 1024 * 1024, max_in_flight: 50, queue_size: 0, queue_ms: 0 },
      routing: { strategy: "priority", min_tps: 0, name_inference: false, unknown_model_status: 400 },
      failover: { statuses: [], max_attempts: 1, relay_401: true },
      retry: { max_attempts: 1, same_provider: "never" },
      startup: { allow_missing_keys: false },
    },
    provider: {
      quarantine: false,
      circuit_breaker: { enabled: false },
      timeouts: { first_byte_ms: 0, idle_ms: 0 },
    },
    upstreams: {
      providers: {
        deepseek: {
          label: "DeepSeek",
          base_url: "https://api.deepseek.com/anthropic",
          api_key: "env.DEEPSEEK_API_KEY",
          thinking: "stub",
          stream_thinking: "drop",
          timeouts: { connect_ms: 15_000, total_ms: 300_000 },
        },
        kimi: {
          label: "Kimi",
          base_url: "https://api.kimi.com/coding",
          api_key: "env.KIMI_API_KEY",
          thinking: "strip",
          timeouts: { connect_ms: 10_000, total_ms: 1_800_000 },
        },
        minimax: {
          label: "MiniMax",
          base_url: "https://api.minimax.io/anthropic",
          api_key: "env.MINIMAX_API_KEY",
          auth: "bearer",
          thinking: "strip",
          timeouts: { connect_ms: 10_000, total_ms: 180_000 },
        },
      },
      tiers: {
        opus: { provider: "deepseek", model: "deepseek-v4-pro" },
        sonnet: { provider: "kimi", model: "kimi-for-coding" },
        haiku: { provider: "minimax", model: "MiniMax-M2.7" },
      },
    },
  },
};
