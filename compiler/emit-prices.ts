import { literal, numberLiteral, stringLiteral } from "./emit-code.ts";
import { header } from "./emit-header.ts";
import { moduleText } from "./emit-module.ts";
import { returnIf } from "./emit-return-if.ts";
import type { PriceEntryIR, PriceListIR, PricePeriodIR, RouterIR } from "./ir.ts";
import type { NameTest } from "./match-alternatives.ts";

/** Whether `prices.gen.ts` has anything to hold. */
export function needsPrices({ prices }: RouterIR): boolean {
  return prices.length > 0;
}

/** `prices.gen.ts`: list prices by provider and model name. A table for each list, and a function that finds its row. */
export function emitPrices(ir: RouterIR): readonly Readonly<{ path: string; text: string }>[] {
  if (!needsPrices(ir)) return [];
  const isDated = ir.prices.some(({ entries }) => entries.some(changes));
  const heading = `${header(ir)}\n//\n// List prices in nano-USD per million tokens, from @pydantic/genai-prices (MIT)${ir.locked === undefined ? "" : " and the lock file"}.`;
  const text = moduleText("prices.gen.ts", heading, [
    'import type { Price } from "arouter/runtime";',
    'type Listed = Omit<Price, "from" | "services">;',
    ...(isDated ? [periodType] : []),
    ...ir.prices.flatMap((list) => [table(list), ...datedTable(list), finder(list, isDated)]),
    ...(isDated ? [atSource] : []),
    priceOf(ir.prices, isDated),
  ]);
  return [{ path: "prices.gen.ts", text }];
}

const periodType = `type Period = Readonly<{ price: Listed; sinceMs?: number; daily?: readonly [number, number] }>;`;

const atSource = `/** The price of the last period that a time since 1970 is in, else of the first. \`daily\` is in seconds of the UTC day. */
function at(periods: readonly [Period, ...Period[]], epochMs: number): Listed {
  const second = (epochMs / 1000) % 86_400;
  const period = periods.findLast(({ sinceMs = 0, daily: [from, to] = [0, 86_400] }) => {
    const isInDay = from <= to ? second >= from && second < to : second >= from || second < to;
    return epochMs >= sinceMs && isInDay;
  });
  return (period ?? periods[0]).price;
}`;

function changes({ periods }: PriceEntryIR): boolean {
  return periods.length > 1;
}

function table(list: PriceListIR): string {
  const rows = list.entries.flatMap(({ id, periods: [only, ...more] }) =>
    only === undefined || more.length > 0 ? [] : [[id, only.price] as const],
  );
  return `const ${pricesName(list)} = ${rowsOf(rows, " as const satisfies Readonly<Record<string, Listed>>;")}`;
}

function datedTable(list: PriceListIR): readonly string[] {
  const rows = list.entries.filter(changes).map(({ id, periods }) => [id, periods.map(periodRow)] as const);
  if (rows.length === 0) return [];
  const end = " as const satisfies Readonly<Record<string, readonly [Period, ...Period[]]>>;";
  return [`const ${datedName(list)} = ${rowsOf(rows, end)}`];
}

function periodRow({ sinceMs, daily, price }: PricePeriodIR) {
  return { ...(sinceMs === undefined ? {} : { sinceMs }), ...(daily === undefined ? {} : { daily }), price };
}

function rowsOf(rows: readonly (readonly [string, Parameters<typeof literal>[0]])[], end: string): string {
  return `${literal(Object.fromEntries(rows), { indent: 0, column: 200, after: 0 })}${end}`;
}

/** Exact names first, then the patterns in the catalogue's order. */
function finder(list: PriceListIR, isDated: boolean): string {
  const named = list.entries.filter(({ names }) => names.length > 0);
  const cases = named.flatMap((entry) => [
    ...entry.names.map((name) => `    case ${stringLiteral(name)}:`),
    `      return ${found(list, entry)};`,
  ]);
  const patterns = list.entries.flatMap((entry) =>
    entry.patterns.map((tests) => indented(returnIf(tests.map(condition), found(list, entry)))),
  );
  const epoch = list.entries.some(changes) ? "epochMs" : "_epochMs";
  const parameters = `name: string${isDated ? `, ${epoch}: number` : ""}`;
  return [
    `function ${functionName(list)}(${parameters}): Listed | undefined {`,
    ...(cases.length === 0 ? [] : ["  switch (name) {", ...cases, "  }"]),
    ...patterns,
    "  return undefined;",
    "}",
  ].join("\n");
}

function indented(code: string): string {
  return code.replace(/^/gm, "  ");
}

function found(list: PriceListIR, entry: PriceEntryIR): string {
  if (entry.periods.length === 0) return "undefined";
  const key = /^[A-Za-z_$][\w$]*$/.test(entry.id) ? `.${entry.id}` : `[${stringLiteral(entry.id)}]`;
  return changes(entry) ? `at(${datedName(list)}${key}, epochMs)` : `${pricesName(list)}${key}`;
}

function condition(test: NameTest): string {
  switch (test.kind) {
    case "equals":
      return `name === ${stringLiteral(test.text)}`;
    case "starts":
      return `name.startsWith(${stringLiteral(test.text)})`;
    case "ends":
      return `name.endsWith(${stringLiteral(test.text)})`;
    case "contains":
      return `name.includes(${stringLiteral(test.text)})`;
    case "regex":
      return `${new RegExp(test.source)}.test(name)`;
  }
}

function priceOf(lists: readonly PriceListIR[], isDated: boolean): string {
  const cases = lists.flatMap((list) => [
    ...list.providers.map((id) => `    case ${stringLiteral(id)}:`),
    `      return listed(${functionName(list)}(name${isDated ? ", epochMs" : ""})${services(list)});`,
  ]);
  return `/** The list price of a provider's model at a time since 1970; undefined where the catalogue does not know it. */
export function priceOf(provider: string, model: string, ${isDated ? "epochMs" : "_epochMs"}: number): Price | undefined {
  const name = model.toLowerCase();
  switch (provider) {
${cases.join("\n")}
    default:
      return undefined;
  }
}

function listed(price: Listed | undefined, services: Price["services"] = {}): Price | undefined {
  return price && { ...price, services, from: "catalog" };
}`;
}

function services({ services }: PriceListIR): string {
  if (services === undefined) return "";
  const members = Object.entries(services).map(([name, percent]) => `${name}: ${numberLiteral(percent)}`);
  return `, { ${members.join(", ")} }`;
}

/** The catalogue's ids are words joined by `-`, `_` or `.`. */
function functionName({ book, name = book }: PriceListIR): string {
  return name.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? "").toUpperCase());
}

function pricesName(list: PriceListIR): string {
  return `${functionName(list)}Prices`;
}

function datedName(list: PriceListIR): string {
  return `${functionName(list)}Dated`;
}
