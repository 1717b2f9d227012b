import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type MapNode, type Path, spanAt, writtenPath } from "../node.ts";
import { type SecretSyntax, secretSyntax } from "../secret.ts";

/** A secret is a reference to a variable or one usable key; an empty one is none (CVE-2026-41432 of new-api). */
export const secrets: Rule = ({ config }) => {
  const { providers = {}, auth = {}, admin = {} } = config.value;
  const at = (written: string | undefined, ...path: Path) => problems(written, config.root, path);
  return [
    ...Object.entries(providers).flatMap(([name, { api_key, keys = [], oauth }]) => [
      ...at(api_key, "providers", name, "api_key"),
      ...at(oauth?.client_id, "providers", name, "oauth", "client_id"),
      ...at(oauth?.client_secret, "providers", name, "oauth", "client_secret"),
      ...keys.flatMap(({ key }, index) => at(key, "providers", name, "keys", index, "key")),
    ]),
    ...(auth.keys ?? []).flatMap((key, index) => at(key, "auth", "keys", index)),
    ...at(admin.key, "admin", "key"),
  ];
};

function problems(written: string | undefined, root: MapNode, path: Path): readonly Diagnostic[] {
  if (written === undefined) return [];
  const syntax = secretSyntax(written);
  const problem = syntax.kind === "random" && path[0] !== "auth" ? unknownToAll : syntax;
  if (problem.kind !== "wrong") return [];
  const message = `The secret ${writtenPath(root, path).join(".")} ${problem.message}.`;
  return [diagnostic("AR207", spanAt(root, path), message, { hint: problem.hint })];
}

const unknownToAll: SecretSyntax = {
  kind: "wrong",
  message: "is random, which only a key in auth.keys can be",
  hint: 'Write "env.NAME".',
};
