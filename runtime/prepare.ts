import type { Provider, Surface, Target } from "./contract.ts";
import { failure } from "./errors.ts";
import { type Fetcher, inlineMedia, urlsToInline } from "./media/inline-media.ts";
import { pickSurface } from "./pick-surface.ts";
import { type PreparedSide, prepareSide } from "./prepare-side.ts";
import { version } from "./version.ts";
import type { Loss, Rejection, Request, WireError } from "./wire/canonical.ts";
import { type AnswerMap, type ClientCodec, type Decoded, emptyAnswerMap, type UpstreamCodec } from "./wire/codec.ts";
import { codecs } from "./wire/formats.ts";
import type { SideCall } from "./wire/side-call.ts";
import { spliceMembers } from "./wire/splice.ts";

/** The client's request as one upstream is going to get it. */
export type Prepared = Readonly<{
  kind: "prepared";
  body: Uint8Array;
  /** Both sides speak the same format: bytes pass. */
  native: boolean;
  /** The API of the provider it is sent over. */
  surface: Surface;
  upstream: UpstreamCodec;
  answer: AnswerMap;
  losses: readonly Loss[];
  /** Of a call that is no conversation. */
  side?: PreparedSide;
}>;

export type Preparation = Prepared | Readonly<{ kind: "refused"; error: WireError }>;

export type ClientRequest = Readonly<{
  codec: ClientCodec;
  bytes: Uint8Array;
  /** `model` as the client wrote it. */
  model: string;
  /** The body in canonical form; decoded at most once, on the first translation. */
  canonical: () => Decoded<Request> | Rejection;
  /** Refuse instead of losing anything in translation. */
  strict: boolean;
  /** For files that an upstream does not fetch itself; undefined when the gateway is not to fetch them either. */
  fetchMedia: Fetcher | undefined;
  /** Of a call that is no conversation: what it is instead of `canonical`. */
  side?: SideCall | undefined;
}>;

const encoder = new TextEncoder();

/**
 * Same format: the client's bytes with the model spliced in. Another format: through the canonical form, for which files
 * may have to be fetched first.
 */
export function prepare(client: ClientRequest, provider: Provider, target: Target): Preparation | Promise<Preparation> {
  if (client.side !== undefined) return prepareSide(client, client.side, provider, target);
  const surface = pickSurface(provider, client.codec.format);
  const upstream = nativeCodec(client.codec, surface, target.model);
  if (upstream !== undefined) {
    const body =
      target.model === client.model || !upstream.modelInBody
        ? client.bytes
        : spliceMembers(client.bytes, { model: JSON.stringify(target.model) });
    if (body === undefined) return refuse("invalid_request", "The request body has no top-level `model`.", "model");
    return { kind: "prepared", body, native: true, surface, upstream, answer: emptyAnswerMap, losses: [] };
  }
  const decoded = client.canonical();
  if (decoded.kind === "rejection") return refuse(decoded.code, decoded.message, decoded.param);
  const { value, losses } = decoded;
  const urls =
    client.fetchMedia === undefined
      ? []
      : urlsToInline(value, codecs[surface.format], { model: target.model, dialect: surface.dialect });
  if (client.fetchMedia === undefined || urls.length === 0) return translate(value, losses, client, surface, target);
  return inlineMedia(value, urls, client.fetchMedia).then((request) =>
    "class" in request ? { kind: "refused", error: request } : translate(request, losses, client, surface, target),
  );
}

/** Reads an upstream that speaks the client's own API; undefined where the request has to be translated. */
function nativeCodec(client: ClientCodec, surface: Surface, model: string): UpstreamCodec | undefined {
  if (client.nativeAt !== undefined) return client.nativeAt(surface, model);
  return surface.format === client.format ? codecs[surface.format] : undefined;
}

function translate(
  request: Request,
  decodingLosses: readonly Loss[],
  client: ClientRequest,
  surface: Surface,
  target: Target,
): Preparation {
  const upstream = codecs[surface.format];
  const encoded = upstream.encodeRequest(request, { model: target.model, dialect: surface.dialect });
  if (encoded.kind === "rejection") return refuse(encoded.code, encoded.message, encoded.param);
  const losses = [...decodingLosses, ...encoded.losses];
  const first = losses[0];
  if (client.strict && first !== undefined) {
    return refuse(
      "arouter_unsupported_field",
      `"${target.provider}" cannot express ${jsonPointer(first.field)} (${first.code}), and this request must lose nothing (x-arouter-strict, translation.on_loss).`,
      first.field,
    );
  }
  const body = encoder.encode(JSON.stringify(encoded.body));
  return { kind: "prepared", body, native: false, surface, upstream, answer: encoded.answer, losses };
}

/** A path such as `messages[2].content` as RFC 6901 writes it. */
function jsonPointer(path: string): string {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  return steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function refuse(code: string, message: string, param: string | null): Preparation {
  return { kind: "refused", error: failure("invalid-request", message, { code, param: param ?? undefined }) };
}

/**
 * Headers of an upstream request. The client's own credentials, cookies and identity never go upstream; what its
 * vendor's API reads (`anthropic-version`, betas) does, where the upstream speaks that API.
 */
export function upstreamHeaders(
  { native, surface, upstream }: Prepared,
  key: string | undefined,
  client: Headers,
  stream: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: stream ? "text/event-stream" : "application/json",
    // A compressed stream would have to be flushed at every event by everyone on the way.
    "accept-encoding": "identity",
    "user-agent": `arouter/${version}`,
    ...upstream.fixedHeaders,
  };
  if (native) {
    for (const name of upstream.nativeHeaders) {
      const value = client.get(name);
      // Compatible servers know the oldest version of an API; a newer client's stricter body is valid there too.
      const fixed = !surface.dialect.vendor && name in upstream.fixedHeaders;
      if (value !== null && !fixed) headers[name] = value;
    }
  }
  if (key !== undefined) {
    if (surface.auth === "bearer") headers["authorization"] = `Bearer ${key}`;
    else if (surface.auth !== "none") headers[surface.auth] = key;
  }
  return headers;
}
