import { TierUpstream } from "../schemas/tier-upstream.ts";
import { durationMs } from "./duration.ts";
import { entryOf, type Node } from "./node.ts";

/** What a key of another gateway's configuration is here. */
export type Synonym =
  | Readonly<{ kind: "renamed"; key: string }>
  /** `convert` turns its value into ours; undefined when it is not what `expects` says. */
  | Readonly<{ kind: "converted"; key: string; expects: string; convert: (value: Node) => Node | undefined }>
  /** A feature that does not exist here; `hint` says what to do instead. */
  | Readonly<{ kind: "ignored"; hint?: string }>;

type Synonyms = Readonly<Record<string, Synonym>>;

const retry: Synonyms = {
  retry_same_provider: {
    kind: "converted",
    key: "same_provider",
    expects: "true or false",
    convert: (value) =>
      value.kind === "boolean"
        ? { kind: "string", span: value.span, value: value.value ? "always" : "auto" }
        : undefined,
  },
  max_retries: {
    kind: "converted",
    key: "max_attempts",
    expects: "a whole number from 0 to 9",
    convert: (value) =>
      value.kind === "number" && Number.isInteger(value.value) && value.value >= 0 && value.value <= 9
        ? { ...value, value: value.value + 1 }
        : undefined,
  },
  initial_delay: delay("initial_backoff_ms"),
  max_delay: delay("max_backoff_ms"),
  backoff_multiplier: { kind: "renamed", key: "multiplier" },
};

function delay(key: string): Synonym {
  return {
    kind: "converted",
    key,
    expects: 'a time such as "100ms", "5s" or "1m30s"',
    convert: (value) => {
      const ms = value.kind === "string" ? durationMs(value.value) : undefined;
      return ms === undefined ? undefined : { kind: "number", span: value.span, value: ms };
    },
  };
}

const otherAuth: Synonym = { kind: "ignored", hint: "Only holders of a key in auth.keys may call." };

/** Further keys by the table they stand in, in snake_case. `*` is a name of the user's. */
const synonyms: Readonly<Record<string, Synonyms>> = {
  "providers.*": { endpoint: { kind: "renamed", key: "base_url" } },
  "providers.*.retry": retry,
  retry,
  auth: {
    static_keys: { kind: "renamed", key: "keys" },
    database: otherAuth,
    openid: otherAuth,
    admin_ui: { kind: "ignored" },
    data_retention_days: { kind: "ignored" },
  },
  // Tiers that are upstreams themselves; `spelling-tiers.ts` takes them apart.
  "tiers.*": Object.fromEntries(Object.keys(TierUpstream.properties).map((key) => [key, { kind: "renamed", key }])),
};

/** What a key of a table means, if anything; `key` is in snake_case. */
export function synonymOf(table: readonly string[], key: string): Synonym | undefined {
  const known = synonyms[table.join(".")] ?? {};
  return Object.hasOwn(known, key) ? known[key] : undefined;
}

/** Whether a feature is written down only to be switched off. */
export function isOff(value: Node): boolean {
  const enabled = entryOf(value, "enabled")?.value ?? value;
  return enabled.kind === "boolean" && !enabled.value;
}
