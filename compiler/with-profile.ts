import type { Config } from "../schemas/config.ts";
import type { ProfileName } from "../schemas/profile-names.ts";
import { type Profile, profiles } from "../schemas/profiles.ts";
import type { Ast } from "./ast.ts";
import { merged } from "./merged.ts";
import { providersOf } from "./resolve.ts";

/**
 * The AST with the defaults of a profile under what the file says: `chosen`, else the one that the file names. Tables are
 * merged; lists and single values are the file's own. The tree stays as it was written, for places.
 */
export function withProfile(ast: Ast, chosen: ProfileName | undefined): Ast {
  const name = chosen ?? ast.config.value.profile;
  if (name === undefined) return ast;
  const value = { ...withDefaults(ast.config.value, profiles[name]), profile: name };
  return { ...ast, config: { ...ast.config, value } };
}

function withDefaults(written: Config, { config, provider, upstreams = {} }: Profile): Config {
  const { providers, models, tiers } = written;
  const isEmpty = [providers, models, tiers].every((named) => Object.keys(named ?? {}).length === 0);
  const value = merged(isEmpty ? merged(config, upstreams) : config, written);
  return {
    ...value,
    providers: Object.fromEntries(Object.entries(providersOf(value)).map(([id, one]) => [id, merged(provider, one)])),
  };
}
