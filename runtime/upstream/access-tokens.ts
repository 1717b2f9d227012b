import type { SecretText } from "../contract.ts";
import { failure } from "../errors.ts";
import type { WireError } from "../wire/canonical.ts";
import { filledString, numberOf, objectOf, parseJson } from "../wire/json.ts";

/** A client at a token endpoint. */
export type TokenClient = Readonly<{
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string | undefined;
  audience: string | undefined;
}>;

/** Tokens of client credentials (RFC 6749 section 4.4), one per client for all requests. */
export type AccessTokens = Readonly<{
  /** The token, fetched when there is none or its time is nearly up; who asks meanwhile waits for the same one. */
  token(client: TokenClient): Promise<string | WireError>;
  /** Forgets a token that was refused, unless another has taken its place since. */
  refused(client: TokenClient, token: string): void;
}>;

type Options = Readonly<{ fetch: (url: string, request: RequestInit) => Promise<Response>; now: () => number }>;

const timeoutMs = 10_000;
/** Fetched anew this long before the time is up: a request with it may be on its way for a while. */
const marginMs = 60_000;
/** Where the endpoint says none (`expires_in` is optional). */
const assumedSeconds = 300;
const maxAnswerChars = 64 * 1024;

/** `now` is monotonic. Nothing here logs; messages hold neither secrets nor what the endpoint said beyond its error code. */
export function createAccessTokens({ fetch, now }: Options): AccessTokens {
  type Kept = { readonly pending: Promise<string | WireError>; token?: string; untilMs: number };
  const kept = new Map<string, Kept>();

  async function fetchToken(client: TokenClient): Promise<Readonly<{ token: string; seconds: number }> | WireError> {
    try {
      const response = await fetch(client.tokenUrl, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        body: form(client),
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = objectOf(parseJson((await response.text()).slice(0, maxAnswerChars))) ?? {};
      const token = filledString(answer["access_token"]);
      if (!response.ok || token === undefined) return refusal(response.status, filledString(answer["error"]));
      return { token, seconds: numberOf(answer["expires_in"]) ?? assumedSeconds };
    } catch {
      return unreachable;
    }
  }

  function start(client: TokenClient, key: string): Kept {
    const entry: Kept = {
      untilMs: Number.POSITIVE_INFINITY,
      pending: fetchToken(client).then((fetched) => {
        if ("class" in fetched) {
          kept.delete(key);
          return fetched;
        }
        const lastsMs = fetched.seconds * 1000;
        entry.untilMs = now() + Math.max(lastsMs - marginMs, lastsMs / 2);
        entry.token = fetched.token;
        return fetched.token;
      }),
    };
    kept.set(key, entry);
    return entry;
  }

  return {
    token: (client) => {
      const key = JSON.stringify(client);
      const entry = kept.get(key);
      return (entry === undefined || entry.untilMs <= now() ? start(client, key) : entry).pending;
    },
    refused: (client, token) => {
      const key = JSON.stringify(client);
      if (kept.get(key)?.token === token) kept.delete(key);
    },
  };
}

function form({ clientId, clientSecret, scope, audience }: TokenClient): string {
  const members = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  if (scope !== undefined) members.set("scope", scope);
  if (audience !== undefined) members.set("audience", audience);
  return members.toString();
}

const unreachable = failure("upstream-unreachable", "The token endpoint did not answer (oauth.token_url).", {
  code: "token_endpoint",
});

/** A 4xx is about the client's credentials, all else about the endpoint. */
function refusal(status: number, error: string | undefined): WireError {
  const word = error !== undefined && /^[\w.-]{1,64}$/.test(error) ? ` (${error})` : "";
  const message = `The token endpoint answered ${status}${word} and gave no token (oauth.token_url).`;
  const of = status >= 400 && status < 500 && status !== 429 ? "upstream-auth" : "upstream-unreachable";
  return failure(of, message, { code: "token_endpoint" });
}

/** Text as it was resolved when the gateway started. */
export type ResolvedText = (text: SecretText) => string | undefined;
