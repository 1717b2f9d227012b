import { describeConditions, describePlan } from "../compiler/describe.ts";
import type { ProviderIR, RouterIR } from "../compiler/ir.ts";
import type { ClientKeyRef } from "../runtime/contract.ts";

/** One difference between two configurations, in terms of what they mean. Names secrets, and never holds one. */
export type Change = Readonly<{
  kind: "provider" | "model" | "key" | "rule" | "retry" | "setting";
  change: "added" | "removed" | "changed";
  name: string;
  /** `member old -> new`, of what is short enough to read; empty for what was added or removed. */
  details: readonly string[];
}>;

/** Something a configuration says, as plain data. */
type Item = Readonly<{ kind: Change["kind"]; name: string; value: unknown }>;
type Leaf = string | number | boolean | null | undefined;

/** What differs between what runs and what was just read, in the order of the kinds, then of the files. */
export function describeChanges(before: RouterIR, after: RouterIR): readonly Change[] {
  const old = byName(items(before));
  const new_ = byName(items(after));
  const removed = [...old].filter(([id]) => !new_.has(id)).map(([, item]) => named(item, "removed"));
  const others = [...new_].flatMap(([id, item]) => {
    const previous = old.get(id);
    if (previous === undefined) return [named(item, "added")];
    const details = differences(previous.value, item.value);
    return details === undefined ? [] : [{ ...named(item, "changed"), details }];
  });
  const all = [...removed, ...others, ...newOrder(before, after)];
  return kinds.flatMap((kind) => all.filter((change) => change.kind === kind && !isImplied(change, all)));
}

const kinds = ["provider", "model", "key", "rule", "retry", "setting"] as const;

/** `+ provider mistral`, one line each. */
export function formatChanges(changes: readonly Change[]): string {
  return changes
    .map(({ kind, change, name, details }) => {
      const detail = details.length === 0 ? "" : `: ${details.join("; ")}`;
      return `  ${signs[change]} ${kind} ${name}${detail}\n`;
    })
    .join("");
}

const signs = { added: "+", removed: "-", changed: "~" } as const satisfies Record<Change["change"], string>;

function named({ kind, name }: Item, change: Change["change"]): Change {
  return { kind, change, name, details: [] };
}

/** A new provider brings its own retries; that needs no line. */
function isImplied({ kind, change, name }: Change, all: readonly Change[]): boolean {
  return kind === "retry" && all.some((one) => one.kind === "provider" && one.change === change && one.name === name);
}

function items(ir: RouterIR): readonly Item[] {
  const { providers: _providers, configFile: _file, tiers: _tiers, auth, admin, ...settings } = ir.catalog;
  return [
    ...ir.providers.flatMap(providerItems),
    ...ir.resolver.models.map(({ model, offers }) => ({ kind: "model", name: model, value: offers }) as const),
    ...ir.resolver.aliases.map(
      ({ globs, offer }) => ({ kind: "model", name: globs.join(", "), value: offer }) as const,
    ),
    ...ir.resolver.tiers.map(({ glob, offer }) => ({ kind: "model", name: glob, value: offer }) as const),
    ...ir.rules.map(({ name, when, plan }) => {
      return { kind: "rule", name, value: { condition: describeConditions(when), plan: describePlan(plan) } } as const;
    }),
    ...auth.keys.map((ref) => ({ kind: "key", name: `auth ${refWords(ref)}`, value: undefined }) as const),
    ...admin.key.map((ref) => ({ kind: "key", name: `admin ${refWords(ref)}`, value: undefined }) as const),
    ...settingItems({ ...settings, auth: { mode: auth.mode }, defaultProvider: ir.resolver.defaultProvider }),
    ...ir.schemas.map(({ name, schema }) => ({ kind: "setting", name: `schema ${name}`, value: schema }) as const),
  ];
}

function providerItems({ id, provider, models = [], adaptation }: ProviderIR): readonly Item[] {
  const { keys, retry, breaker, ...rest } = provider;
  return [
    { kind: "provider", name: id, value: adaptation === undefined ? rest : { ...rest, adaptation } },
    { kind: "retry", name: id, value: { retry, breaker } },
    ...keys.map(({ secret, ...key }) => {
      return { kind: "key", name: `${id}/${key.id}`, value: { ...key, secret: secret.map(refWords) } } as const;
    }),
    ...models.map((model) => ({ kind: "model", name: `${id}/${model}`, value: undefined }) as const),
  ];
}

/** Where a key comes from; of one that is written out, its place. */
function refWords(ref: ClientKeyRef): string {
  return ref.from === "config" ? ref.path.join(".") : `${ref.from} ${ref.name}`;
}

function settingItems(settings: Readonly<Record<string, unknown>>): readonly Item[] {
  return [...leaves(settings)].map(([name, value]) => ({ kind: "setting", name, value }));
}

/** First match wins, so the order of the rules that stayed is a change of its own. */
function newOrder(before: RouterIR, after: RouterIR): readonly Change[] {
  const common = (ir: RouterIR, other: RouterIR) =>
    ir.rules.map(({ name }) => name).filter((name) => other.rules.some((rule) => rule.name === name));
  const order = common(after, before);
  if (order.join("\n") === common(before, after).join("\n")) return [];
  return [{ kind: "rule", change: "changed", name: "order", details: [order.join(", ")] }];
}

function byName(all: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(all.map((item) => [`${item.kind} ${item.name}`, item]));
}

/** Undefined when both are the same. */
function differences(before: unknown, after: unknown): readonly string[] | undefined {
  const old = leaves(before);
  const new_ = leaves(after);
  const changed = [...new Set([...old.keys(), ...new_.keys()])].filter((path) => old.get(path) !== new_.get(path));
  if (changed.length === 0) return undefined;
  return changed.map((path) => {
    const [from, to] = [shown(old.get(path)), shown(new_.get(path))];
    const values = from === undefined || to === undefined ? "changed" : `${from} -> ${to}`;
    return path === "" ? values : `${path} ${values}`;
  });
}

const longestShown = 80;

function shown(leaf: Leaf): string | undefined {
  const text = leaf === undefined ? "none" : String(leaf);
  return text.length > longestShown ? undefined : text;
}

/** Every value that holds no other, by its path as the configuration would spell it; lists of values count as one. */
function leaves(value: unknown, path = ""): ReadonlyMap<string, Leaf> {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) {
    return new Map([[path, value.length === 0 ? undefined : value.join(", ")]]);
  }
  if (typeof value === "object" && value !== null) {
    return new Map(
      Object.entries(value).flatMap(([name, inner]) => [
        ...leaves(inner, path === "" ? snakeCase(name) : `${path}.${snakeCase(name)}`),
      ]),
    );
  }
  return new Map([[path, isLeaf(value) ? value : String(value)]]);
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ["string", "number", "boolean", "undefined"].includes(typeof value);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
