import type { Auth } from "../contract.ts";

/** The header that shows whose a request is; `credential` is the key, or the token that stands for it. */
export function authHeaders(auth: Auth, credential: string | undefined): Readonly<Record<string, string>> {
  if (credential === undefined || auth === "none") return {};
  if (auth === "bearer") return { authorization: `Bearer ${credential}` };
  if (typeof auth === "string") return { [auth]: credential };
  switch (auth.kind) {
    case "header":
      return { [auth.name]: auth.template.replaceAll("{key}", () => credential) };
    case "client-credentials":
      return { authorization: `Bearer ${credential}` };
  }
}
