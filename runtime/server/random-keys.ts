import type { Catalog } from "../contract.ts";

type Environment = Readonly<Record<string, string | undefined>>;

type Options = Readonly<{
  /** That many unforeseeable bytes. */
  randomBytes: (size: number) => Uint8Array;
  /** Told of each new key: the one place where the operator sees it. */
  tell: (line: string) => void;
}>;

/**
 * The environment with a new key for every `$RANDOM_KEY` whose variable is not set. Made once, before the first
 * configuration is put into service: reloads and workers find the same keys in it.
 */
export function withRandomKeys({ auth }: Pick<Catalog, "auth">, env: Environment, options: Options): Environment {
  const names = auth.keys.flatMap((ref) => (ref.from === "random" && !env[ref.name]?.trim() ? [ref.name] : []));
  const made = names.map((name) => [name, `sk-proxy-${hex(options.randomBytes(16))}`] as const);
  for (const [name, key] of made) {
    options.tell(`the key ${key} was made for clients of this run. To keep it, type: export ${name}=${key}`);
  }
  // The environment itself where it will do: a key that is taken out of it later is then seen to be gone.
  return made.length === 0 ? env : { ...env, ...Object.fromEntries(made) };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
