import { type ApiName, apiNames, dialectNames } from "../../schemas/dialect-names.ts";
import type { ProviderConfig } from "../../schemas/provider-config.ts";
import type { Ast } from "../ast.ts";
import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { keySpanAt, spanAt } from "../node.ts";
import { providerKind } from "../provider-type.ts";
import { suggest } from "../suggest.ts";

const saying = ["openai", "anthropic", "google", "gemini"];

/** It is known where each provider is and which API it speaks: no key is sent to a host that nobody named. */
export const providerTypes: Rule = ({ config }) =>
  Object.entries(config.value.providers ?? {}).flatMap(([name, provider]) => problems(name, provider, config));

function problems(name: string, provider: ProviderConfig, { root }: Ast["config"]): readonly Diagnostic[] {
  const { type, base_url: url, api } = provider;
  const known = [...saying, ...dialectNames];
  if (type === undefined && url === undefined && !known.includes(name)) {
    const message = `Nothing tells where provider ${JSON.stringify(name)} is, nor which API it speaks.`;
    const hint = 'Add base_url, and type = "openai" unless it speaks the Anthropic API.';
    return [diagnostic("AR208", keySpanAt(root, ["providers", name]), message, { hint: suggest(name, known) ?? hint })];
  }
  const { dialect } = providerKind(name, provider);
  if (url === undefined && dialect !== undefined && dialect.base_url === undefined) {
    const message = `${dialect.label} has no address of its own.`;
    const hint = `Add base_url. ${dialect.notes ?? ""}`.trimEnd();
    return [diagnostic("AR208", keySpanAt(root, ["providers", name]), message, { hint })];
  }
  const spoken = apisOf(name, provider);
  if (api === undefined || spoken === undefined || spoken.includes(api)) return [];
  const message = `${dialect?.label ?? "That upstream"} has no such API.`;
  const hint = `It has ${spoken.map((one) => JSON.stringify(one)).join(", ")}.`;
  return [diagnostic("AR208", spanAt(root, ["providers", name, "api"]), message, { hint })];
}

/** Undefined where a server may speak any. */
function apisOf(name: string, provider: ProviderConfig): readonly ApiName[] | undefined {
  const { dialect } = providerKind(name, provider);
  const further = (provider.also ?? []).map(({ api }) => api);
  return dialect === undefined ? apiNames : [...dialect.surfaces.map(({ api }) => api), ...further];
}
