import type { SecretRef } from "../runtime/contract.ts";

/** How a secret is written: where it comes from, or what is wrong with how it is written. */
export type SecretSyntax =
  | Readonly<{ kind: "env"; name: string }>
  | Readonly<{ kind: "literal" }>
  | Readonly<{ kind: "wrong"; message: string; hint: string }>;

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads `env.NAME`, `${NAME}` or a literal key. Messages never repeat what was written. */
export function secretSyntax(written: string): SecretSyntax {
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

/** The reference that generated code holds instead of a secret; `path` is the secret's key path. */
export function secretRef(written: string, path: readonly string[]): SecretRef {
  const syntax = secretSyntax(written);
  return syntax.kind === "env" ? { from: "env", name: syntax.name } : { from: "config", path };
}

/** The variable that holds a provider's key unless the configuration names another. */
export function keyVariable(provider: string): string {
  return `AROUTER_${provider.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_API_KEY`;
}
