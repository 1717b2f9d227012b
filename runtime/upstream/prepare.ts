import { adapt } from "../adapt/adapt.ts";
import type { AnswerFilter } from "../adapt/answer-filter.ts";
import type { FinishHeaders } from "../adapt/run-transform.ts";
import type { Adaptation, CallKind, Provider, Surface, Target, WireFormat } from "../contract.ts";
import { failure } from "../errors.ts";
import { type Fetcher, inlineMedia, urlsToInline } from "../media/inline-media.ts";
import { jsonPointer } from "../request/json-pointer.ts";
import type { Loss, Rejection, Request, WireError } from "../wire/canonical.ts";
import {
  type AnswerMap,
  type ClientCodec,
  type Decoded,
  emptyAnswerMap,
  type UpstreamCodec,
  type UpstreamTarget,
} from "../wire/codec.ts";
import { withoutForeignHistory } from "../wire/foreign-history.ts";
import { codecs } from "../wire/formats.ts";
import { arrayOf, objectOf, parseJson } from "../wire/json.ts";
import { withRequiredReasoning } from "../wire/openai-chat/required-reasoning.ts";
import type { SideCall } from "../wire/side-call.ts";
import { spliceMembers } from "../wire/splice.ts";
import { betterSurface, pickSurface } from "./pick-surface.ts";
import { type PreparedSide, prepareSide } from "./prepare-side.ts";

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
  /** What changes its answers before anyone reads them; `upstream` has it in front already. */
  filter?: AnswerFilter | undefined;
  /** What the provider's own code makes of the headers; undefined where it has none. */
  finishHeaders?: FinishHeaders;
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
  /** The unsigned reasoning that led to a call of an earlier answer, where it is remembered. */
  reasoningOf?: (callId: string) => string | undefined;
  /** Refuse instead of losing anything in translation. */
  strict: boolean;
  /** For files that an upstream does not fetch itself; undefined when the gateway is not to fetch them either. */
  fetchMedia: Fetcher | undefined;
  /** Of a call that is no conversation: what it is instead of `canonical`. */
  side?: SideCall | undefined;
}>;

const encoder = new TextEncoder();

/** The request as the provider's API has it, then as the provider itself wants it: what its dialect and its own code change. */
export function prepare(
  client: ClientRequest,
  provider: Provider,
  target: Target,
  { adaptation, stream = false }: Readonly<{ adaptation?: Adaptation | undefined; stream?: boolean }> = {},
): Preparation | Promise<Preparation> {
  const { side } = client;
  const call: CallKind = side?.call ?? "answer";
  const request = { provider: target.provider, model: target.model, stream, call };
  const spoken = side === undefined ? speak(client, provider, target) : prepareSide(client, side, provider, target);
  return spoken instanceof Promise
    ? spoken.then((one) => adapt(one, adaptation, request))
    : adapt(spoken, adaptation, request);
}

/**
 * Same format: the client's bytes with the model spliced in. Another format: through the canonical form, for which files
 * may have to be fetched first.
 */
function speak(client: ClientRequest, provider: Provider, target: Target): Preparation | Promise<Preparation> {
  const picked = pickSurface(provider, client.codec.format, target.model);
  const upstream = nativeCodec(client.codec, picked, target.model);
  if (upstream !== undefined) {
    const renamed = target.model !== client.model && upstream.modelInBody;
    const changes = {
      ...historyChanges(client, upstream.format, { model: target.model, dialect: picked.dialect }),
      ...(renamed ? { model: JSON.stringify(target.model) } : {}),
    };
    const body = Object.keys(changes).length === 0 ? client.bytes : spliceMembers(client.bytes, changes);
    if (body === undefined) return refuse("invalid_request", "The request body has no top-level `model`.", "model");
    const answer = { ...emptyAnswerMap, inclusiveUsage: picked.dialect.inclusiveUsage };
    return { kind: "prepared", body, native: true, surface: picked, upstream, answer, losses: [] };
  }
  const decoded = client.canonical();
  if (decoded.kind === "rejection") return refuse(decoded.code, decoded.message, decoded.param);
  const { value } = decoded;
  const surface = betterSurface(provider, picked, target.model, value);
  const urls =
    client.fetchMedia === undefined
      ? []
      : urlsToInline(value, codecs[surface.format], { model: target.model, dialect: surface.dialect });
  if (client.fetchMedia === undefined || urls.length === 0) return translate(decoded, client, surface, target);
  return inlineMedia(value, urls, client.fetchMedia).then((request) =>
    "class" in request
      ? { kind: "refused", error: request }
      : translate({ ...decoded, value: request }, client, surface, target),
  );
}

/** What of the conversation in the client's own bytes has to change for the target; undefined removes a member. */
function historyChanges(
  { bytes, reasoningOf }: ClientRequest,
  format: WireFormat,
  target: UpstreamTarget,
): Readonly<Record<string, string | undefined>> {
  const cleaned = withoutForeignHistory(bytes, format, target) ?? {};
  const { reasoningField: field, reasoningRequired = false } = target.dialect;
  if (format !== "openai-chat" || field === undefined || !reasoningRequired) return cleaned;
  const body = objectOf(parseJson(new TextDecoder().decode(bytes)));
  const messages = cleaned["messages"] === undefined ? body?.["messages"] : parseJson(cleaned["messages"]);
  const told = withRequiredReasoning(arrayOf(messages), field, reasoningOf ?? (() => undefined));
  return told.every((message, index) => message === arrayOf(messages)[index])
    ? cleaned
    : { ...cleaned, messages: JSON.stringify(told) };
}

/** Reads an upstream that speaks the client's own API; undefined where the request has to be translated. */
function nativeCodec(client: ClientCodec, surface: Surface, model: string): UpstreamCodec | undefined {
  if (client.nativeAt !== undefined) return client.nativeAt(surface, model);
  return surface.format === client.format ? codecs[surface.format] : undefined;
}

function translate(
  { value, losses: decodingLosses, places }: Decoded<Request>,
  client: ClientRequest,
  surface: Surface,
  target: Target,
): Preparation {
  const upstream = codecs[surface.format];
  const encoded = upstream.encodeRequest(value, { model: target.model, dialect: surface.dialect, places });
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

function refuse(code: string, message: string, param: string | null): Preparation {
  return { kind: "refused", error: failure("invalid-request", message, { code, param: param ?? undefined }) };
}
