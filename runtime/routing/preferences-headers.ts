import { maxNameLength, type Report } from "./preferences-members.ts";

/** What the `x-arouter-*` headers ask about routing; undefined where they are silent. */
export type RoutingHeaders = Readonly<{
  /** The one provider that may serve the request. */
  pin: string | undefined;
  dataCollection: "allow" | "deny" | undefined;
  zdr: boolean | undefined;
  hedge: Hedge | undefined;
}>;

/** A second model that starts when the first has not answered within `afterMs`. */
export type Hedge = Readonly<{ afterMs: number; model: string }>;

/** Malformed headers are reported and read as undefined. */
export function readRoutingHeaders(
  headers: Headers,
  providers: Readonly<Record<string, unknown>>,
  report: Report,
): RoutingHeaders {
  return {
    pin:
      readPin(headers, "x-arouter-provider", providers, report) ??
      readPin(headers, "x-anyrouter-provider", providers, report),
    dataCollection: choice(headers, "x-arouter-data-collection", { allow: "allow", deny: "deny" }, report),
    zdr: choice(headers, "x-arouter-zdr", { "1": true, true: true, "0": false, false: false }, report),
    hedge: readHedge(headers, report),
  };
}

/** Names the providers there are, so that the reader need not look them up. */
export function unknownProvider(name: string, providers: Readonly<Record<string, unknown>>): string {
  const known = Object.keys(providers).sort().join(", ");
  return `No provider named ${JSON.stringify(name)} is configured; there is ${known}.`;
}

function readPin(
  headers: Headers,
  header: string,
  providers: Readonly<Record<string, unknown>>,
  report: Report,
): string | undefined {
  const name = headers.get(header)?.trim();
  if (name === undefined || Object.hasOwn(providers, name)) return name;
  report(header, unknownProvider(name.slice(0, maxNameLength), providers));
  return undefined;
}

function choice<T>(
  headers: Headers,
  header: string,
  choices: Readonly<Record<string, T>>,
  report: Report,
): T | undefined {
  const value = headers.get(header)?.trim().toLowerCase();
  if (value === undefined) return undefined;
  if (Object.hasOwn(choices, value)) return choices[value];
  report(header, `${header} is one of ${Object.keys(choices).join(", ")}.`);
  return undefined;
}

/** Nothing waits longer than this for a first answer, so a later hedge would never start. */
const maxHedgeMs = 600_000;

function readHedge(headers: Headers, report: Report): Hedge | undefined {
  const header = "x-arouter-hedge";
  const value = headers.get(header);
  if (value === null) return undefined;
  const [milliseconds = "", ...rest] = value.split(",");
  const model = rest.join(",").trim();
  const afterMs = /^\s*\d{1,6}\s*$/.test(milliseconds) ? Number(milliseconds) : Number.NaN;
  if (afterMs <= maxHedgeMs && model !== "" && model.length <= maxNameLength) return { afterMs, model };
  report(header, `${header} is a number of milliseconds up to ${maxHedgeMs} and a model, such as "300,gpt-4o-mini".`);
  return undefined;
}
