import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type MapNode, type Path, spanAt } from "../node.ts";
import { secretSyntax } from "../secret.ts";

/** A secret is a reference to a variable or one usable key; an empty one is none (CVE-2026-41432 of new-api). */
export const secrets: Rule = ({ config }) => {
  const { providers = {}, auth = {} } = config.value;
  return [
    ...Object.entries(providers).flatMap(([name, { api_key }]) =>
      api_key === undefined ? [] : problems(api_key, config.root, ["providers", name, "api_key"]),
    ),
    ...(auth.keys ?? []).flatMap((key, index) => problems(key, config.root, ["auth", "keys", index])),
  ];
};

function problems(written: string, root: MapNode, path: Path): readonly Diagnostic[] {
  const syntax = secretSyntax(written);
  if (syntax.kind !== "wrong") return [];
  return [
    diagnostic("AR207", spanAt(root, path), `The secret ${path.join(".")} ${syntax.message}.`, { hint: syntax.hint }),
  ];
}
