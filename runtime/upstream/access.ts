import type { Surface } from "../contract.ts";
import type { WireError } from "../wire/canonical.ts";
import type { AccessTokens, ResolvedText, TokenClient } from "./access-tokens.ts";
import { authHeaders } from "./auth-headers.ts";

/** What a request is let in with at an upstream. */
type Granted = Readonly<{
  kind: "granted";
  headers: Readonly<Record<string, string>>;
  /** Which of them no log may show. */
  secret: readonly string[];
  /** For a credential that can be had anew: forgets it. */
  renew?: () => void;
}>;

/** Gives a request for an upstream its credentials, and the further headers that the configuration names. */
export type Access = (
  surface: Pick<Surface, "auth" | "headers">,
  key: string | undefined,
) => Granted | Promise<Granted | Readonly<{ kind: "denied"; error: WireError }>>;

export function createAccess(tokens: AccessTokens, text: ResolvedText): Access {
  return (surface, key) => {
    const client = key === undefined ? undefined : tokenClient(surface, key, text);
    if (client === undefined) return granted(surface, key, text);
    return tokens
      .token(client)
      .then((token) =>
        typeof token === "string"
          ? { ...granted(surface, token, text), renew: () => tokens.refused(client, token) }
          : { kind: "denied", error: token },
      );
  };
}

function granted(
  { auth, headers = {} }: Pick<Surface, "auth" | "headers">,
  credential: string | undefined,
  text: ResolvedText,
): Granted {
  const own = authHeaders(auth, credential);
  const further = Object.entries(headers).flatMap(([name, value]) => {
    const resolved = text(value);
    return resolved === undefined ? [] : [[name, resolved] as const];
  });
  const secret = Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [] : [name]));
  return {
    kind: "granted",
    headers: { ...Object.fromEntries(further), ...own },
    secret: [...Object.keys(own), ...secret],
  };
}

function tokenClient({ auth }: Pick<Surface, "auth">, key: string, text: ResolvedText): TokenClient | undefined {
  if (typeof auth === "string" || auth.kind !== "client-credentials") return undefined;
  const { tokenUrl, clientId, scope, audience } = auth;
  return { tokenUrl, clientId: text(clientId) ?? "", clientSecret: key, scope, audience };
}
