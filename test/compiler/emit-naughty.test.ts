import { expect, test } from "bun:test";
import fc from "fast-check";
import { analyse } from "../../compiler/analyse.ts";
import { emit } from "../../compiler/emit.ts";
import { manyRules } from "../../compiler/emit-router.ts";
import { interpretResolve, interpretRoute } from "../../compiler/interpret.ts";
import type { RouterIR } from "../../compiler/ir.ts";
import { typecheck } from "../../compiler/typecheck.ts";
import { loadRouter } from "../support/load-router.ts";
import { naughtyStrings } from "../support/naughty-strings.ts";
import { requestOf, routerIR, ruleIR } from "../support/router-ir.ts";

const patienceMs = 120_000;

/** The text in every field of an IR that holds one, in a policy small or large enough for the index. */
function irFull(text: string, rules: number): RouterIR {
  const plain = routerIR([]);
  const [base] = Object.values(plain.catalog.providers);
  if (base === undefined) throw new Error("no provider to copy");
  const route = { model: text, offers: [{ provider: text, model: text }] as const };
  const provider = {
    ...base,
    baseUrl: text,
    keys: [{ id: text, secret: [{ from: "env", name: text } as const, { from: "config", path: [text] } as const] }],
  };
  const more = {
    name: text,
    place: text,
    plan: { routes: [route, route] as const, validate: [text, "json_schema"], hedge: { afterMs: 1, route } },
  };
  const whens = [
    [{ kind: "header" as const, name: "x-team", is: text }],
    [{ kind: "header" as const, name: text, is: true }],
    [{ kind: "response-format" as const, is: text }],
    [{ kind: "model-in" as const, models: [text, `${text}2`] }],
    [{ kind: "model-in" as const, models: Array.from({ length: 9 }, (_, n) => `${text}${text}${n}-of-many`) }],
    [{ kind: "model-glob" as const, globs: [`${text}!`, `${text}x*`, `*x${text}`] }],
    [{ kind: "model-glob" as const, globs: [`a${text}*${text}?`, `${text}a*b${text}`, `y*${text}*z`] }],
  ];
  return {
    ...plain,
    sources: [{ file: text, sha256: "00" }],
    catalog: {
      ...plain.catalog,
      listen: [text],
      providers: { [text]: provider, [providerId(text)]: base },
      auth: { mode: "keys", keys: [] },
    },
    resolver: {
      providerIds: [providerId(text)],
      models: [{ ...route, model: `${text}!configured` }],
      aliases: [{ globs: [`${text}*aliased`], offer: { provider: text, model: text } }],
      tiers: [`*${text}tier*`, `${text}t*`, `${text}?`, `a*${text}*b`].map((glob) => {
        return { keyword: glob, glob: glob.toLowerCase(), offer: { provider: text, model: text } };
      }),
      prefixes: [{ prefix: `${text}-`, provider: text }],
      defaultProvider: text,
    },
    rules: Array.from({ length: rules }, (_, n) => ruleIR(n + 1, whens[n % whens.length] ?? [], more)),
    schemas: [
      {
        name: text,
        file: text,
        schema: {
          $id: `schema:${encodeURIComponent(text.toWellFormed())}*/globalThis.pwned=true/*`,
          title: text,
          const: { [text]: text },
        },
      },
    ],
  };
}

/** A provider's name is never empty and never holds the slash that ends it in a model name. */
function providerId(text: string): string {
  return `p${text.replaceAll("/", "")}`;
}

function modelsAround(text: string): readonly string[] {
  return [
    text,
    `${text}2`,
    `${text}!`,
    `${text}x1`,
    `1x${text}`,
    `a${text}b${text}c`,
    `${text}a.b${text}`,
    `y${text}z`,
    "gpt-4o",
  ];
}

async function expectData(text: string, rules: number): Promise<void> {
  const ir = irFull(text, rules);
  const router = await loadRouter(ir);
  expect(Reflect.has(globalThis, "pwned")).toBe(false);
  const requests = [
    ...modelsAround(text).map((model) => requestOf({ model })),
    requestOf({ responseFormat: text, headers: { "x-team": text } }),
    requestOf({ headers: Object.fromEntries([[text, "1"]]) }),
  ];
  expect(requests.map(router.route)).toEqual(requests.map((request) => interpretRoute(ir, request)));
  const names = modelsAround(text).flatMap((name) => [name, `${providerId(text)}/${name}`, `${text}-${name}`]);
  expect(names.map(router.resolve)).toEqual(names.map((name) => interpretResolve(ir, name)));
  expect(JSON.stringify(router.catalog.providers)).toBe(JSON.stringify(ir.catalog.providers));
  const validator = router.validators[text];
  expect(Object.keys(router.validators)).toEqual([text]);
  expect([validator?.(Object.fromEntries([[text, text]])), validator?.({ other: text })]).toEqual([true, false]);
}

test(
  "R50 whatever stands in a string of the configuration stays data",
  async () => {
    for (const text of naughtyStrings) {
      await expectData(text, 7);
      await expectData(text, manyRules + 1);
    }
  },
  patienceMs,
);

test(
  "R50 any string at all stays data",
  async () => {
    const strings = fc.sample(fc.string({ unit: "binary", maxLength: 40 }), { seed: 2, numRuns: 60 });
    for (const text of strings) await expectData(text, 7);
  },
  patienceMs,
);

test.each(["*/ \n`", "@ts-nocheck", "__proto__", "\u2028", "class", "a'b\"c"])(
  "generated code with %p in every string type-checks",
  (text) => {
    const ir = irFull(text, 7);
    expect(typecheck(emit(ir, analyse(ir).facts, text))).toMatchObject({ ok: true });
  },
  patienceMs,
);
