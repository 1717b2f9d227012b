import { describeCondition, describePlan } from "./describe.ts";
import type { ResolverIR, RouterIR } from "./ir.ts";

/** The IR as stable text for `--print-ir` and golden files; one fact a line, strings as JSON. */
export function printIR(ir: RouterIR): string {
  const settings = Object.entries(ir.catalog).filter(([key]) => key !== "providers");
  return `${[
    ...ir.sources.map(({ file, sha256 }) => `source ${JSON.stringify(file)} sha256:${sha256}`),
    ...(ir.profile === undefined ? [] : [`profile ${JSON.stringify(ir.profile)}`]),
    ...settings.map(([key, value]) => `setting ${key} ${JSON.stringify(value)}`),
    ...ir.providers.flatMap(({ id, provider, models = [], adaptation }) => [
      `provider ${JSON.stringify(id)} ${JSON.stringify(provider)}`,
      ...models.map((model) => `  model ${JSON.stringify(model)}`),
      ...Object.entries(adaptation?.body ?? {}).map(([format, edits]) => `  body ${format} ${JSON.stringify(edits)}`),
      ...(adaptation?.transform === undefined ? [] : [`  transform ${JSON.stringify(adaptation.transform.file)}`]),
    ]),
    ...resolverLines(ir.resolver),
    ...ir.rules.flatMap((rule, position) => [
      `rule ${position + 1} ${JSON.stringify(rule.name)} ${rule.place}`,
      ...rule.when.map((condition) => `  when ${JSON.stringify(describeCondition(condition))}`),
      `  then ${JSON.stringify(describePlan(rule.plan))}`,
    ]),
    ...ir.schemas.map(({ name, file }) => `schema ${JSON.stringify(name)} ${JSON.stringify(file)}`),
  ].join("\n")}\n`;
}

/** How model names find what serves them, in the order in which it is asked. */
function resolverLines({ models, aliases, tiers, prefixes, defaultProvider }: ResolverIR): readonly string[] {
  return [
    ...models.flatMap(({ model, offers }) => [
      `model ${JSON.stringify(model)}`,
      ...offers.map((offer) => `  offer ${JSON.stringify(offer)}`),
    ]),
    ...aliases.map(({ globs, offer }) => `alias ${JSON.stringify(globs)} -> ${JSON.stringify(offer)}`),
    ...tiers.map(({ glob, offer }) => `tier ${JSON.stringify(glob)} -> ${JSON.stringify(offer)}`),
    ...prefixes.map(({ prefix, provider }) => `prefix ${JSON.stringify(prefix)} -> ${JSON.stringify(provider)}`),
    `default provider ${JSON.stringify(defaultProvider ?? null)}`,
  ];
}
