import { expect } from "bun:test";
import type { OlderFormat } from "../../support/older-formats.ts";
import { rawRequest } from "../../support/raw-request.ts";
import { type BenchOptions, startBench } from "./bench.ts";
import { type Client, observe, requestOf } from "./observe.ts";
import type { Case, Exchanges, Expected, Gets, RawRequest } from "./row.ts";

/** Tries a case out; throws where what happens is not what it says. */
export async function runCase(one: Case): Promise<void> {
  switch (one.kind) {
    case "exchanges":
      return await runExchanges(one);
    case "raw":
      return await runRaw(one);
    case "scene":
      return await one.run();
  }
}

type Way = Readonly<{ client: Client; stream: boolean; format: OlderFormat }>;

/** Every client API, whole and streamed, to an upstream of the same format and of the other. */
export function waysOf({ only, upstreams }: Exchanges): readonly Way[] {
  const fixed = upstreams[0].format;
  const formats: readonly OlderFormat[] = fixed === undefined ? ["openai-chat", "anthropic-messages"] : [fixed];
  return [false, true]
    .filter((stream) => only === undefined || stream === (only === "stream"))
    .flatMap((stream) =>
      (["chat", "messages"] as const).flatMap((client) => formats.map((format) => ({ client, stream, format }))),
    );
}

async function runExchanges(one: Exchanges): Promise<void> {
  const ways = waysOf(one);
  const observed = await Promise.all(ways.map((way) => exchange(one, way)));
  const named = (list: readonly Expected[]) =>
    Object.fromEntries(list.map((each, index) => [wayName(ways[index]), each]));
  const expected = ways.map(({ stream }) => (stream ? one.stream : one.whole));
  expect(named(observed.map((seen, index) => tolerant(seen, expected[index], ways[index])))).toEqual(named(expected));
}

function wayName(way: Way | undefined): string {
  return way === undefined ? "" : `${way.client} ${way.stream ? "stream" : "whole"} to ${way.format}`;
}

const requestMs = 20_000;

async function exchange(one: Exchanges, { client, stream, format }: Way): Promise<Expected> {
  const { upstreams, catalog, hedgeAfterMs } = one;
  const options: BenchOptions = {
    upstreams,
    format,
    ...(catalog && { catalog }),
    ...(hedgeAfterMs !== undefined && { hedgeAfterMs }),
  };
  const bench = await startBench(options);
  try {
    const ask = async (nth: number) => {
      const differs = one.distinct && { max_tokens: 100 + nth };
      const { path, body } = requestOf(client, { ...(stream && { stream }), ...differs, ...one.ask });
      const signal = AbortSignal.timeout(requestMs);
      return observe(await fetch(bench.url + path, { method: "POST", body, signal }), client, stream);
    };
    const gets: [Gets, ...Gets[]] = [await ask(0)];
    while (gets.length < (stream ? one.stream : one.whole).gets.length) {
      gets.push(await ask(gets.length));
    }
    const page = await fetch(`${bench.url}/metrics`);
    return { gets, hits: bench.hits(), moved: moved(await page.text()) };
  } finally {
    await bench.stop();
  }
}

/** What routing counts; other families are proven by their own tests. */
const counters =
  /^arouter_(upstream_attempts|retries|failovers|key_quarantines|breaker_opens|stale_connections|hedges|refused)_total\{(.*)\} (\S+)$/;

/** Counters above 0 of a metrics page, named as in `Expected.moved`; the model, which depends on the format, and the rule are left out. */
function moved(page: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of page.split("\n")) {
    const [, family = "", labels = "", value = "0"] = counters.exec(line) ?? [];
    if (Number(value) === 0) continue;
    const values = [...labels.matchAll(/(\w+)="([^"]*)"/g)]
      .filter(([, label]) => label !== "model" && label !== "rule")
      .map((pair) => pair[2]);
    found[`${shortNames[family] ?? family}{${values.join(",")}}`] = Number(value);
  }
  return found;
}

const shortNames: Readonly<Record<string, string>> = { upstream_attempts: "attempts", key_quarantines: "quarantines" };

/** What was seen, in the words of what was expected where that allows for more than one value. */
function tolerant(seen: Expected, expected: Expected | undefined, way: Way | undefined): Expected {
  const [first, ...rest] = seen.gets.map((one, index) => asExpected(one, expected?.gets[index], way));
  return first === undefined ? seen : { ...seen, gets: [first, ...rest] };
}

function asExpected(seen: Gets, expected: Gets | undefined, way: Way | undefined): Gets {
  if (seen.kind === "cut" && expected?.kind === "cut")
    return isBeginning(seen.text, expected.text) ? { ...seen, text: expected.text } : seen;
  if (seen.kind !== "error" || expected?.kind !== "error") return seen;
  const { status, retryAfter } = expected;
  const wanted = typeof status === "number" || way === undefined ? status : status[way.client];
  const [least = "", most = least] = (retryAfter ?? "none").split("-");
  const seconds = Number(seen.retryAfter);
  return {
    ...seen,
    status: wanted === seen.status ? status : seen.status,
    retryAfter: seconds >= Number(least) && seconds <= Number(most) ? retryAfter : seen.retryAfter,
  };
}

function isBeginning(text: string, whole: string): boolean {
  return text !== "" && whole.startsWith(text);
}

async function runRaw({ request, catalog, status, says }: RawRequest): Promise<void> {
  const bench = await startBench({
    upstreams: [{ at: { kind: "simulator", scripts: [] } }],
    format: "openai-chat",
    ...(catalog && { catalog }),
  });
  try {
    const answer = await rawRequest(bench.url, request, requestMs);
    expect([status].flat()).toContain(answer.status);
    if (says !== undefined) expect(answer.body).toContain(says);
    expect(bench.hits()).toEqual({ alpha: 0 });
    const alive = await fetch(`${bench.url}/livez`);
    expect(alive.status).toBe(200);
  } finally {
    await bench.stop();
  }
}
