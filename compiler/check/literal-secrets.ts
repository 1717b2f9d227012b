import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type MapNode, type Path, spanAt, writtenPath } from "../node.ts";
import { keyVariable, secretSyntax } from "../secret.ts";
import { surfacesOf } from "./written-surfaces.ts";

/** Headers that hold nothing but credentials (RFC 9110, RFC 6265; API references of OpenAI, Anthropic, Azure and Google). */
const credentials = ["authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-goog-api-key"];

/** AR342: keys that are written out, in the configuration or in a rule's header condition. Messages never repeat them. */
export const literalSecrets: Rule = ({ config, policies }) => {
  const { providers = {}, auth = {}, admin = {}, telemetry = {} } = config.value;
  const at = (written: string | undefined, variable: string, ...path: Path) =>
    inConfig(written, variable, config.root, path);
  return [
    ...Object.entries(providers).flatMap(([name, { api_key, keys = [], oauth }]) => [
      ...at(api_key, keyVariable(name), "providers", name, "api_key"),
      ...at(oauth?.client_secret, "CLIENT_SECRET", "providers", name, "oauth", "client_secret"),
      ...keys.flatMap(({ key }, index) => at(key, keyVariable(name), "providers", name, "keys", index, "key")),
    ]),
    ...(auth.keys ?? []).flatMap((key, index) => at(key, "AROUTER_CLIENT_KEY", "auth", "keys", index)),
    ...at(admin.key, "AROUTER_ADMIN_KEY", "admin", "key"),
    ...[...surfacesOf(config.value), { keys: telemetry, path: ["telemetry"] }].flatMap(
      ({ keys: { headers = {} }, path }) =>
        ofHeaders(headers).flatMap(([name, value]) => at(value, "NAME", ...path, "headers", name)),
    ),
    ...(policies?.value.rules ?? []).flatMap(({ when = {} }, index) =>
      ofHeaders(when.header ?? {}).map(([name]) => {
        const path = ["rules", index, "when", "header", name];
        const message = `The value of the header ${JSON.stringify(name)} stands in the policy, and whoever reads it can use it.`;
        const hint = "Ask for a header that names the sender and is no secret.";
        return diagnostic("AR342", spanAt(policies?.root ?? config.root, path), message, { hint });
      }),
    ),
  ];
};

function ofHeaders(headers: Readonly<Record<string, string | boolean>>): readonly (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" && credentials.includes(name.toLowerCase()) ? [[name, value] as const] : [],
  );
}

function inConfig(written: string | undefined, variable: string, root: MapNode, path: Path): readonly Diagnostic[] {
  if (written === undefined || secretSyntax(written).kind !== "literal") return [];
  const message = `The secret ${writtenPath(root, path).join(".")} stands in the file, and whoever reads it can use it.`;
  return [
    diagnostic("AR342", spanAt(root, path), message, {
      hint: `Write "env.${variable}", and put the key into that variable.`,
    }),
  ];
}
