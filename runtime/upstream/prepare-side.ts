import type { Provider, Surface, Target } from "../contract.ts";
import { failure } from "../errors.ts";
import { jsonPointer } from "../request/json-pointer.ts";
import type { Rejection } from "../wire/canonical.ts";
import { emptyAnswerMap } from "../wire/codec.ts";
import { codecs } from "../wire/formats.ts";
import type { SideCall, SideRequest } from "../wire/side-call.ts";
import { spliceMembers } from "../wire/splice.ts";
import { pickSurface } from "./pick-surface.ts";
import type { ClientRequest, Preparation } from "./prepare.ts";
import { siblingPath } from "./sibling-path.ts";

/** What is particular to a call that is no conversation, once it is known which API gets it. */
export type PreparedSide = Readonly<{
  path: string;
  /** Bodies of further requests to the same upstream, whose answers belong to the same call. */
  rest: readonly Uint8Array[];
  answer: SideRequest["answer"];
}>;

const encoder = new TextEncoder();

/** The call for the first API of a provider that can take it, the client's own first. */
export function prepareSide(client: ClientRequest, call: SideCall, provider: Provider, target: Target): Preparation {
  let why: Rejection | undefined;
  for (const surface of surfacesOf(provider, client)) {
    const { format, dialect } = surface;
    const encoded = call.encode({ format, dialect, model: target.model });
    if (encoded.kind === "side-request") return prepared(client, encoded, surface, target);
    why ??= encoded;
  }
  return refused(why?.code, why?.message ?? `Provider "${target.provider}" has no API for this.`, why?.param);
}

function surfacesOf(provider: Provider, { codec }: ClientRequest): readonly Surface[] {
  return [...new Set([pickSurface(provider, codec.format), provider, ...(provider.also ?? [])])];
}

function prepared(client: ClientRequest, request: SideRequest, surface: Surface, target: Target): Preparation {
  const [loss] = request.losses;
  if (client.strict && loss !== undefined) {
    const message = `"${target.provider}" cannot express ${jsonPointer(loss.field)} (${loss.code}), and this request must lose nothing (x-arouter-strict, translation.on_loss).`;
    return refused("arouter_unsupported_field", message, loss.field);
  }
  const [body, ...rest] = request.bodies?.map((json) => encoder.encode(JSON.stringify(json))) ?? [own(client, target)];
  if (body === undefined) return refused("invalid_request", "The request body has no top-level `model`.", "model");
  return {
    kind: "prepared",
    body,
    native: request.native,
    surface,
    upstream: codecs[surface.format],
    answer: emptyAnswerMap,
    losses: request.losses,
    side: {
      path: siblingPath(surface, request.path, target.model),
      rest: rest.filter((bytes) => bytes !== undefined),
      answer: request.answer,
    },
  };
}

/** The client's own bytes; undefined when the model's name cannot be put into them. */
function own({ bytes, codec, model }: ClientRequest, target: Target): Uint8Array | undefined {
  const isInBody = codecs[codec.format].modelInBody;
  return target.model === model || !isInBody ? bytes : spliceMembers(bytes, { model: JSON.stringify(target.model) });
}

function refused(code: string | undefined, message: string, param: string | null | undefined): Preparation {
  const more = { ...(code === undefined ? {} : { code }), param: param ?? undefined };
  return { kind: "refused", error: failure("invalid-request", message, more) };
}
