import type { ClientKeyRef, SecretRef, SecretText } from "../runtime/contract.ts";
import { type Node, type Path, writtenPath } from "./node.ts";

/** How a secret is written: where it comes from, or what is wrong with how it is written. */
export type SecretSyntax =
  | Readonly<{ kind: "env"; name: string }>
  | Readonly<{ kind: "random" }>
  | Readonly<{ kind: "literal" }>
  | Readonly<{ kind: "wrong"; message: string; hint: string }>;

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads `env.NAME`, `${NAME}`, `$RANDOM_KEY` or a literal key. Messages never repeat what was written. */
export function secretSyntax(written: string): SecretSyntax {
  if (written === "$RANDOM_KEY") return { kind: "random" };
  const reference = /^env\.(.*)$/s.exec(written)?.[1] ?? /^\$\{(.*)\}$/s.exec(written)?.[1];
  if (reference !== undefined) {
    if (variableName.test(reference)) return { kind: "env", name: reference };
    return {
      kind: "wrong",
      message: "does not name an environment variable",
      hint: 'Write "env.NAME", such as "env.OPENAI_API_KEY".',
    };
  }
  if (written === "") return { kind: "wrong", message: "is empty", hint: 'Write "env.NAME", or remove it.' };
  if (written.includes("${")) {
    return { kind: "wrong", message: "mixes text and a variable", hint: "Let the variable hold the whole key." };
  }
  if (!/^[\x21-\x7e]+$/.test(written)) {
    return {
      kind: "wrong",
      message: "holds spaces, line breaks or other characters that no key has",
      hint: "Paste the key again.",
    };
  }
  return { kind: "literal" };
}

/** The reference that generated code holds instead of a secret, by its place in the configuration `root`. */
export function secretRef(written: string, root: Node, path: Path): SecretRef {
  const syntax = secretSyntax(written);
  if (syntax.kind === "env") return { from: "env", name: syntax.name };
  return { from: "config", path: writtenPath(root, path).map(String) };
}

/** Text that may be secret: a variable, or the text itself; a reference to its place where it `isSecret`. */
export function secretText(written: string, root: Node, path: Path, isSecret: boolean): SecretText {
  return isSecret || secretSyntax(written).kind === "env" ? secretRef(written, root, path) : written;
}

/** The same for a key of `auth.keys`. */
export function clientKeyRef(written: string, root: Node, index: number): ClientKeyRef {
  if (secretSyntax(written).kind === "random") return { from: "random", name: `AROUTER_CLIENT_KEY_${index + 1}` };
  return secretRef(written, root, ["auth", "keys", index]);
}

/** The variable that holds a provider's key unless the configuration names another. */
export function keyVariable(provider: string): string {
  return `AROUTER_${provider.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_API_KEY`;
}
