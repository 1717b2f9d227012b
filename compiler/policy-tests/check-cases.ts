import { none } from "../../schemas/policy-test.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { isHeaderName, isHeaderValue } from "../header-syntax.ts";
import type { RouterIR } from "../ir.ts";
import type { Path } from "../node.ts";
import { resolveModel } from "../resolve.ts";
import { suggest } from "../suggest.ts";
import type { TestCase } from "./test-case.ts";

/** Every way in which the tests of one file cannot be what was meant: two inputs or none, nothing expected, unknown names. */
export function checkCases(cases: readonly TestCase[], ir: RouterIR): readonly Diagnostic[] {
  return [...duplicates(cases), ...cases.flatMap((one) => [...inputs(one), ...headers(one), ...expectations(one, ir)])];
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

/** Headers that no client could send. */
function headers({ facts, request, placeOf }: TestCase): readonly Diagnostic[] {
  const written = [
    ...Object.entries(facts?.header ?? {}).map(([name, value]) => ({ name, value, path: ["facts", "header", name] })),
    ...Object.entries(request?.headers ?? {}).map(([name, value]) => ({
      name,
      value,
      path: ["request", "headers", name],
    })),
  ];
  return written.flatMap(({ name, value, path }) => {
    const quoted = JSON.stringify(name);
    if (!isHeaderName(name))
      return [diagnostic("AR211", placeOf(path), `${quoted} is not the name of an HTTP header.`)];
    if (value === "" || isHeaderValue(value)) return [];
    return [diagnostic("AR211", placeOf(path), `The value of ${quoted} holds characters that no header takes.`)];
  });
}

function expectations(test: TestCase, ir: RouterIR): readonly Diagnostic[] {
  if (Object.keys(test.expect).length > 0) {
    return [...unknownRule(test, ir), ...unknownProvider(test, ir), ...unknownModels(test, ir)];
  }
  const hint = `Write at least one of rule, model, provider, chain, validate, hedge, decision under "expect".`;
  return [diagnostic("AR402", test.span, `Test ${JSON.stringify(test.name)} expects nothing.`, { hint })];
}

function unknownRule({ expect: { rule }, placeOf }: TestCase, ir: RouterIR): readonly Diagnostic[] {
  const names = ir.rules.map(({ name }) => name);
  if (rule === undefined || [...names, none].includes(rule)) return [];
  const hint = suggest(rule, names) ?? listed("Rules are", [...names, none]);
  return [diagnostic("AR403", placeOf(["expect", "rule"]), `No rule is named ${JSON.stringify(rule)}.`, { hint })];
}

function unknownProvider({ expect: { provider }, placeOf }: TestCase, ir: RouterIR): readonly Diagnostic[] {
  const ids = ir.providers.map(({ id }) => id);
  if (provider === undefined || [...ids, none].includes(provider)) return [];
  const hint = suggest(provider, ids) ?? listed("Providers are", ids);
  const message = `No provider named ${JSON.stringify(provider)}.`;
  return [diagnostic("AR203", placeOf(["expect", "provider"]), message, { hint })];
}

function unknownModels({ expect, placeOf }: TestCase, ir: RouterIR): readonly Diagnostic[] {
  const { model = none, chain = [], hedge } = expect;
  const named: readonly (readonly [string, Path])[] = [
    ...(model === none ? [] : [[model, ["expect", "model"]] as const]),
    ...chain.map((one, index) => [one, ["expect", "chain", index]] as const),
    ...(typeof hedge === "object" ? [[hedge.with_model, ["expect", "hedge", "with_model"]] as const] : []),
  ];
  const hint = "Write it as the policies do, or as <provider>/<model>.";
  return named
    .filter(([name]) => resolveModel(ir.resolver, name) === undefined)
    .map(([name, path]) => diagnostic("AR204", placeOf(path), `No provider serves ${JSON.stringify(name)}.`, { hint }));
}

/** The names there are, as long as that is a sentence. */
function listed(words: string, names: readonly string[]): string | undefined {
  return names.length > 20 ? undefined : `${words} ${names.join(", ")}.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
