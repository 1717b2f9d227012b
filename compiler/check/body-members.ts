import type { SurfaceKeys } from "../../schemas/surface-config.ts";
import type { Ast } from "../ast.ts";
import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { keySpanAt, type Path, spanAt } from "../node.ts";
import { surfacesOf } from "./written-surfaces.ts";

/** What routing has decided, and what the gateway reads the answer by. */
const ours = ["model", "stream"];

/** What is left out of bodies and put into them can be, and leaves alone what the gateway itself decides. */
export const bodyMembers: Rule = ({ config }) =>
  surfacesOf(config.value).flatMap(({ keys, path }) => [
    ...stripped(keys, path, config),
    ...written(keys, path, config),
  ]);

function stripped({ strip = [] }: SurfaceKeys, path: Path, { root }: Ast["config"]): readonly Diagnostic[] {
  return strip.flatMap((what, index) => {
    const problem = pointerProblem(what);
    return problem === undefined ? [] : [diagnostic("AR218", spanAt(root, [...path, "strip", index]), problem)];
  });
}

function pointerProblem(what: string): string | undefined {
  if (/~(?![01])/.test(what)) return 'In a JSON pointer "~" is written ~0, and "/" within a name ~1.';
  const [first = "", ...rest] = what.split("/").slice(1);
  if (what.startsWith("/") && (first === "" || first === "*"))
    return "A JSON pointer begins with the name of a member.";
  const name = what.startsWith("/") ? first : what;
  return rest.length === 0 && ours.includes(name) ? `The gateway itself decides ${JSON.stringify(name)}.` : undefined;
}

function written(keys: SurfaceKeys, path: Path, { root }: Ast["config"]): readonly Diagnostic[] {
  const tables = ["rename", "set", "defaults"] as const;
  return tables.flatMap((table) =>
    Object.entries(keys[table] ?? {})
      .filter(([name, value]) => ours.includes(name) || (table === "rename" && ours.includes(String(value))))
      .map(([name]) => {
        const message = "The gateway itself decides `model` and `stream`.";
        const hint = "What a provider calls a model is `upstream_model` of `[[models]]`.";
        return diagnostic("AR218", keySpanAt(root, [...path, table, name]), message, { hint });
      }),
  );
}
