import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { RouterIR } from "../ir.ts";
import type { Path } from "../node.ts";
import { resolveModel } from "../resolve.ts";
import { suggest } from "../suggest.ts";
import type { TestCase } from "./test-case.ts";

/** What tests call a rule, a model, a provider or a hedge that there is not. */
export const none = "none";

/** Every way in which the tests of one file cannot be what was meant: two inputs or none, nothing expected, unknown names. */
export function checkCases(cases: readonly TestCase[], ir: RouterIR): readonly Diagnostic[] {
  return [...duplicates(cases), ...cases.flatMap((one) => [...inputs(one), ...expectations(one, ir)])];
}

function duplicates(cases: readonly TestCase[]): readonly Diagnostic[] {
  const first = new Map<string, TestCase>();
  return cases.flatMap((one) => {
    const before = first.get(one.name);
    if (before === undefined) first.set(one.name, one);
    if (before === undefined) return [];
    const related = [{ message: "The first one.", span: before.placeOf(["name"]) }];
    return [
      diagnostic("AR404", one.placeOf(["name"]), `There is a test ${JSON.stringify(one.name)} already.`, { related }),
    ];
  });
}

function inputs({ name, facts, request, span, placeOf }: TestCase): readonly Diagnostic[] {
  const test = `Test ${JSON.stringify(name)}`;
  if (facts !== undefined && request !== undefined) {
    const hint = "Keep one of the two.";
    return [diagnostic("AR401", placeOf(["facts"]), `${test} has both "facts" and a "request".`, { hint })];
  }
  if (facts === undefined && request === undefined) {
    const hint = 'Write "facts" or a "request"; "facts: {}" has nothing but defaults.';
    return [diagnostic("AR401", span, `${test} does not say what comes in.`, { hint })];
  }
  if (request === undefined || request.body !== undefined || request.file !== undefined) return [];
  const hint = 'Write a "body", or name a "file" that holds it.';
  return [diagnostic("AR401", placeOf(["request"]), `The request of ${lowerFirst(test)} has no body.`, { hint })];
}

function expectations({ name, expect, span, placeOf }: TestCase, ir: RouterIR): readonly Diagnostic[] {
  if (Object.keys(expect).length === 0) {
    const hint = `Write at least one of rule, model, provider, chain, validate, hedge, decision under "expect".`;
    return [diagnostic("AR402", span, `Test ${JSON.stringify(name)} expects nothing.`, { hint })];
  }
  const { rule, provider, hedge } = expect;
  const rules = ir.rules.map((one) => one.name);
  const providers = ir.providers.map(({ id }) => id);
  const models: readonly (readonly [string, Path])[] = [
    ...(expect.model === undefined || expect.model === none ? [] : [[expect.model, ["expect", "model"]] as const]),
    ...(expect.chain ?? []).map((model, index) => [model, ["expect", "chain", index]] as const),
    ...(typeof hedge === "object" ? [[hedge.with_model, ["expect", "hedge", "with_model"]] as const] : []),
  ];
  return [
    ...(rule === undefined || [...rules, none].includes(rule)
      ? []
      : [
          diagnostic("AR403", placeOf(["expect", "rule"]), `No rule is named ${JSON.stringify(rule)}.`, {
            hint: suggest(rule, rules) ?? listed("Rules are", [...rules, none]),
          }),
        ]),
    ...(provider === undefined || [...providers, none].includes(provider)
      ? []
      : [
          diagnostic("AR203", placeOf(["expect", "provider"]), `No provider named ${JSON.stringify(provider)}.`, {
            hint: suggest(provider, providers) ?? listed("Providers are", providers),
          }),
        ]),
    ...models
      .filter(([model]) => resolveModel(ir.resolver, model) === undefined)
      .map(([model, path]) =>
        diagnostic("AR204", placeOf(path), `No provider serves ${JSON.stringify(model)}.`, {
          hint: "Write it as the policies do, or as <provider>/<model>.",
        }),
      ),
  ];
}

/** The names there are, as long as that is a sentence. */
function listed(words: string, names: readonly string[]): string | undefined {
  return names.length > 20 ? undefined : `${words} ${names.join(", ")}.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
