import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogueEntry } from "../../../compiler/catalogue/catalogue-entry.ts";
import { digestOf, lockText } from "../../../compiler/catalogue/lock-text.ts";
import { lockedCapabilities, modelCapabilities } from "../../../compiler/catalogue/locked-capabilities.ts";
import { lockedPeriod, pricePeriod } from "../../../compiler/catalogue/locked-price.ts";
import { makeLock } from "../../../compiler/catalogue/make-lock.ts";
import { nameCapabilities } from "../../../compiler/catalogue/name-capabilities.ts";
import { parseLock } from "../../../compiler/catalogue/parse-lock.ts";
import { policyOffers } from "../../../compiler/catalogue/policy-offers.ts";
import { withLock } from "../../../compiler/catalogue/with-lock.ts";
import { type Understood, understandSources } from "../../../compiler/compile.ts";
import { emitPrices } from "../../../compiler/emit-prices.ts";
import { interpretPrice } from "../../../compiler/interpret-price.ts";
import { lowerPrices } from "../../../compiler/lower-prices.ts";
import type { Gateway } from "../../../runtime/contract.ts";
import type { Lock, LockEntry } from "../../../schemas/lock.ts";
import { sourcesOf } from "../sources-of.ts";

const config = `[providers.openai]
[providers.backup]
type = "openai"
[providers.anthropic]
[providers.house]
type = "openai"
base_url = "http://127.0.0.1:9000/v1"
[[models]]
name = "mixed"
provider = "backup"
upstream_model = "gpt-4.1"
`;
const policies = `rules:
  - name: small
    when: { tokens_input_lt: 250 }
    then:
      model: openai/gpt-4o-mini
      validate: [json_schema]
      fallback_chain: [claude-haiku-4-5]
      hedge: { with_model: house/own-model, after_ms: 500 }
`;

function understood(lock?: string, more = ""): Understood {
  const sources = { ...sourcesOf(more + config, policies), ...(lock === undefined ? {} : { lock: lockFile(lock) }) };
  const found = understandSources(sources, { nowMs: Date.parse("2026-11-21T12:00:00Z") });
  if (!found.ok) throw new Error(found.diagnostics.map(({ message }) => message).join("\n"));
  return found;
}

/** What is said of a lock. */
function ofLock(lock: Lock, more = "") {
  return understood(lockText(lock), more).diagnostics.filter(({ code }) => code.startsWith("AR36"));
}

function lockFile(text: string) {
  return { file: "arouter.lock", text };
}

const { ir, facts } = understood();
const offers = policyOffers(ir, facts);
const fresh = makeLock({ ir, offers, old: undefined, date: "2026-11-01" });

/** The lock with other models, and a digest that fits. */
function relocked(change: (models: Lock["models"]) => Lock["models"], lock = fresh): Lock {
  const models = change(structuredClone(lock.models));
  return { ...lock, models, digest: digestOf(models) };
}

function priced(prompt: string, source: string): LockEntry {
  return { price: { source, date: "2026-10-01", periods: [{ prompt, completion: "1" }] } };
}

describe("the lock's text", () => {
  test("every price of the catalogue comes back as it was", () => {
    const lists = lowerPrices({
      providers: { openai: {}, anthropic: {}, google: {}, deepseek: {}, groq: {}, openrouter: {} },
    });
    const periods = lists.flatMap(({ entries }) => entries.flatMap((entry) => entry.periods));
    expect(periods.length).toBeGreaterThan(500);
    expect(periods.some(({ daily }) => daily !== undefined)).toBe(true);
    for (const period of periods) expect(pricePeriod(lockedPeriod(period))).toEqual(period);
  });

  test("what models can do comes back as it was", () => {
    for (const name of ["gpt-5.1", "claude-opus-4-5", "gemini-2.5-flash", "gpt-4", "house"]) {
      expect(modelCapabilities(lockedCapabilities(nameCapabilities(name)))).toEqual(nameCapabilities(name));
    }
  });

  test("it is read back without a complaint; white space and the order of keys do not count", () => {
    const text = lockText(fresh);
    expect(parseLock(lockFile(text))).toMatchObject({ document: { value: JSON.parse(text) }, diagnostics: [] });
    const { models, ...head } = fresh;
    const turned = JSON.stringify({ models: Object.fromEntries(Object.entries(models).reverse()), ...head });
    expect(parseLock(lockFile(turned)).diagnostics).toEqual([]);
    expect(lockText(JSON.parse(turned))).toBe(text);
  });

  test("it has every model that rules, chains, hedges and names lead to, at each of their providers", () => {
    expect(Object.keys(fresh.models)).toEqual([
      "anthropic/claude-haiku-4-5",
      "backup/gpt-4.1",
      "house/own-model",
      "openai/gpt-4o-mini",
    ]);
    expect(fresh.models["house/own-model"]).toEqual({});
    expect(offers.map(({ from }) => from)).toEqual(['rule "small"', 'model "mixed"', 'rule "small"', 'rule "small"']);
  });
});

describe("a lock that is there", () => {
  const wrong: readonly (readonly [what: string, from: string, to: string, code: string, at: string])[] = [
    ["no JSON", '"version"', "version", "AR101", "version"],
    ["another version", '"version": 1', '"version": 2', "AR114", "2"],
    ["an unknown key", '"prompt"', '"promt"', "AR111", '"promt"'],
    ["a price that is none", '"prompt": "0.15"', '"prompt": "-0.15"', "AR214", '"-0.15"'],
    ["a price beyond all bounds", '"prompt": "0.15"', '"prompt": "1000001"', "AR214", '"1000001"'],
    ["a time that is none", '"prompt": "0.15"', '"daily": ["1:00", "24:00:00"], "prompt": "0.15"', "AR114", '"1:00"'],
    ["a beginning that is none", '"prompt": "0.15"', '"since": "soon", "prompt": "0.15"', "AR114", '"soon"'],
    ["a day that is none", '"date": "2026-11-01"', '"date": "2026-13-01"', "AR114", '"2026-13-01"'],
    ["an edited price", '"prompt": "0.15"', '"prompt": "0.1"', "AR362", JSON.stringify(fresh.digest)],
    ["an edited ability", '"images": true', '"images": false', "AR362", JSON.stringify(fresh.digest)],
  ];
  test.each(wrong)("is refused with %s", (_, from, to, code, at) => {
    const text = lockText(fresh).replace(from, to);
    const [first] = parseLock(lockFile(text)).diagnostics;
    expect(first?.code).toBe(code as never);
    expect(text.slice(first?.span.start, first?.span.end).startsWith(at.slice(0, 1))).toBe(true);
    expect(text.slice(first?.span.start).startsWith(at)).toBe(true);
  });

  test("its prices hold at the provider that it names them of, and nowhere else", async () => {
    const lock = relocked((models) => ({
      ...models,
      "openai/gpt-4o-mini": priced("7", "list.json"),
      "backup/gpt-4.1": {},
      "house/own-model": priced("3", "list.json"),
    }));
    const locked = withLock(ir, lockFile(lockText(lock))).ir;
    const asked = [
      ["openai", "gpt-4o-mini", 7_000_000_000],
      ["openai", "GPT-4o-mini", 7_000_000_000],
      ["openai", "gpt-4o-mini-2024-07-18", 150_000_000],
      ["backup", "gpt-4o-mini", 150_000_000],
      ["backup", "gpt-4.1", undefined],
      ["openai", "gpt-4.1", 2_000_000_000],
      ["house", "own-model", 3_000_000_000],
      ["house", "other", undefined],
      ["anthropic", "claude-haiku-4-5", 1_000_000_000],
    ] as const;
    const priceOf = await emitted(locked);
    for (const [provider, model, input] of asked) {
      expect(interpretPrice(locked, provider, model, 0)?.input, `${provider}/${model}`).toBe(input as never);
      expect(priceOf(provider, model, 0), `${provider}/${model}`).toEqual(interpretPrice(locked, provider, model, 0));
    }
  });

  test("nothing is said of one that fits", () => {
    expect(ofLock(fresh)).toEqual([]);
  });

  test("AR361 its age counts only where there is a limit", () => {
    const limit = (days: number) => `[lint]\nlock_max_age_days = ${days}\n`;
    expect(ofLock(fresh, limit(20))).toEqual([]);
    const [late] = ofLock(fresh, limit(19));
    expect(late).toMatchObject({ code: "AR361", message: "The lock is 20 days old, and lock_max_age_days is 19." });
    expect(lockText(fresh).slice(late?.span.start, late?.span.end)).toBe('"2026-11-01"');
  });

  test("AR363 prices that a file told may differ from the catalogue's; those of the catalogue may not", () => {
    const own = relocked((models) => ({ ...models, "openai/gpt-4o-mini": priced("7", "list.json sha256:0") }));
    expect(ofLock(own)).toEqual([]);
    const old = relocked((models) => ({
      ...models,
      "openai/gpt-4o-mini": priced("7", "@pydantic/genai-prices 0.0.1"),
      "anthropic/claude-haiku-4-5": {},
    }));
    expect(ofLock(old).map(({ code, message }) => [code, message.split(": ")[1]])).toEqual([
      [
        "AR363",
        "prompt $1 instead of nothing, completion $5 instead of nothing, cache_read $0.1 instead of nothing, and 3 more.",
      ],
      [
        "AR363",
        "prompt $0.15 instead of $7, completion $0.6 instead of $1, cache_read $0.075 instead of nothing, and 1 more.",
      ],
    ]);
  });
});

describe("arouter lock", () => {
  const again = (old: Lock, told?: ReadonlyMap<string, LockEntry>) =>
    makeLock({ ir, offers, old, told, date: "2026-11-21" }).models["openai/gpt-4o-mini"];
  const entry = catalogueEntry(ir, { provider: "openai", model: "gpt-4o-mini" }, "2026-11-01");

  test("what has not changed keeps its source and date", () => {
    const older = structuredClone(fresh);
    const was = older.models["openai/gpt-4o-mini"]?.price;
    if (was !== undefined) was.source = "@pydantic/genai-prices 0.0.1";
    expect(again(older)?.price).toMatchObject({ source: "@pydantic/genai-prices 0.0.1", date: "2026-11-01" });
  });

  test("a price of an older catalogue gives way, one that a file told stays", () => {
    const older = relocked((models) => ({
      ...models,
      "openai/gpt-4o-mini": priced("7", "@pydantic/genai-prices 0.0.1"),
    }));
    expect(again(older)?.price).toEqual({ ...entry.price, date: "2026-11-21" } as never);
    const own = relocked((models) => ({ ...models, "openai/gpt-4o-mini": priced("7", "list.json") }));
    expect(again(own)?.price).toEqual(priced("7", "list.json").price as never);
  });

  test("what a file tells now goes before all, and what it leaves out is as it was", () => {
    const told: LockEntry = {
      price: { source: "list.json", date: "2026-11-21", periods: [{ prompt: "0.2", completion: "0.8" }] },
      capabilities: { source: "list.json", date: "2026-11-21", context: 99_000 },
    };
    const now = again(fresh, new Map([["openai/gpt-4o-mini", told]]));
    expect(now?.price).toEqual({
      source: "list.json",
      date: "2026-11-21",
      periods: [{ prompt: "0.2", completion: "0.8", web_search: "0.01" }],
    });
    expect(now?.capabilities).toEqual({ ...entry.capabilities, ...told.capabilities } as never);
  });
});

async function emitted(locked: typeof ir): Promise<NonNullable<Gateway["priceOf"]>> {
  const folder = await mkdtemp(join(tmpdir(), "arouter-lock-"));
  try {
    for (const { path, text } of emitPrices(locked)) await Bun.write(join(folder, path), text);
    return (await import(join(folder, "prices.gen.ts"))).priceOf;
  } finally {
    await rm(folder, { recursive: true });
  }
}
