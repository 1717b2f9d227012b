import type { SurfaceKeys } from "../../schemas/surface-config.ts";
import type { Ast } from "../ast.ts";
import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { isHeaderName, isHeaderValue } from "../header-syntax.ts";
import { keySpanAt, type Path, spanAt } from "../node.ts";
import { secretSyntax } from "../secret.ts";
import { surfacesOf } from "./written-surfaces.ts";

/** What describes the connection and the body is the gateway's own business. */
const ours = ["host", "content-length", "content-encoding", "transfer-encoding", "connection", "accept-encoding", "te"];

/** Headers for upstreams and for a collector can be sent, and the one for the key has it in it. */
export const upstreamHeaders: Rule = ({ config }) => [
  ...surfacesOf(config.value).flatMap(({ keys, path }) => [
    ...headers(keys.headers, path, config),
    ...authHeader(keys, path, config),
  ]),
  ...headers(config.value.telemetry?.headers, ["telemetry"], config),
];

function headers(written: SurfaceKeys["headers"] = {}, path: Path, config: Ast["config"]): readonly Diagnostic[] {
  return Object.entries(written).flatMap(([name, value]) => header(name, value, [...path, "headers", name], config));
}

function header(name: string, value: string, path: Path, { root }: Ast["config"]): readonly Diagnostic[] {
  const nameProblem = problemOfName(name);
  if (nameProblem !== undefined) return [diagnostic("AR211", keySpanAt(root, path), nameProblem)];
  const syntax = secretSyntax(value);
  const isReference = /^env\.|^\$\{/.test(value);
  if (isReference && syntax.kind === "wrong") {
    const message = `The value of ${JSON.stringify(name)} ${syntax.message}.`;
    return [diagnostic("AR207", spanAt(root, path), message, { hint: syntax.hint })];
  }
  if (isHeaderValue(value)) return [];
  const message = `The value of ${JSON.stringify(name)} is empty, or holds characters that no header takes.`;
  return [diagnostic("AR211", spanAt(root, path), message)];
}

function problemOfName(name: string): string | undefined {
  if (!isHeaderName(name)) return `${JSON.stringify(name)} is not the name of an HTTP header.`;
  return ours.includes(name.toLowerCase()) ? `The gateway itself says ${JSON.stringify(name)}.` : undefined;
}

function authHeader(
  { auth, auth_header: name, auth_template: template }: SurfaceKeys,
  path: Path,
  { root }: Ast["config"],
): readonly Diagnostic[] {
  if (name === undefined) {
    if (template === undefined) return [];
    const hint = "Add auth_header, the header it is for.";
    return [
      diagnostic("AR217", keySpanAt(root, [...path, "auth_template"]), "Nothing says which header it is for.", {
        hint,
      }),
    ];
  }
  const problem = problemOfName(name);
  if (problem !== undefined) return [diagnostic("AR211", spanAt(root, [...path, "auth_header"]), problem)];
  if (auth !== undefined) {
    const message = "`auth` and `auth_header` are two ways to send one key.";
    return [
      diagnostic("AR217", keySpanAt(root, [...path, "auth_header"]), message, { hint: "Remove one of the two." }),
    ];
  }
  if (template === undefined || (template.includes("{key}") && isHeaderValue(template))) return [];
  const hint = 'Write it like "Key {key}".';
  const message = "The template has no {key}, or holds characters that no header takes.";
  return [diagnostic("AR217", spanAt(root, [...path, "auth_template"]), message, { hint })];
}
