import type { Adaptation, BodyEdits, TransformInfo } from "../contract.ts";
import type { Preparation, Prepared } from "../upstream/prepare.ts";
import { codecs } from "../wire/formats.ts";
import { answerFilter, filteredCodec } from "./answer-filter.ts";
import { editBody } from "./edit-body.ts";
import { withLimitField } from "./limit-field.ts";
import { finishHeaders, transformedBody } from "./run-transform.ts";

/** A request as the provider itself wants it: what its dialect and then the user's own code make of it, and of its answers. */
export function adapt(
  preparation: Preparation,
  { body, transform }: Adaptation = {},
  request: Omit<TransformInfo, "format">,
): Preparation {
  if (preparation.kind === "refused") return preparation;
  const prepared = limited(preparation, request.model);
  const { surface, upstream, side } = prepared;
  if (body === undefined && transform === undefined && surface.hides === undefined) return prepared;
  const info = { ...request, format: surface.format };
  const ofAnswers = body?.[surface.format];
  const edit = side === undefined ? ofAnswers : ofAnswers && withoutAdditions(ofAnswers);
  const send = (bytes: Uint8Array) =>
    transformedBody(edit === undefined ? bytes : editBody(bytes, surface.format, edit), transform, info);
  const sent = send(prepared.body);
  if ("class" in sent) return { kind: "refused", error: sent };
  const rest: Uint8Array[] = [];
  for (const bytes of side?.rest ?? []) {
    const one = send(bytes);
    if ("class" in one) return { kind: "refused", error: one };
    rest.push(one);
  }
  const filter = answerFilter(surface, transform, info);
  const headers = transform?.headers;
  return {
    ...prepared,
    body: sent,
    ...(side === undefined ? {} : { side: { ...side, rest } }),
    ...(filter === undefined ? {} : { filter, upstream: filteredCodec(upstream, filter) }),
    ...(headers === undefined ? {} : { finishHeaders: finishHeaders(headers, info) }),
  };
}

/** Translated bodies and those of other APIs have their own name for the limit already. */
function limited(prepared: Prepared, model: string): Prepared {
  const { native, upstream, body, surface } = prepared;
  if (!native || upstream !== codecs["openai-chat"]) return prepared;
  return { ...prepared, body: withLimitField(body, model, surface.dialect) };
}

/**
 * What an API refuses it refuses beside its answers, too; but what answers are told to be like (`set`, `defaults`) counts and
 * embeddings know nothing of.
 */
function withoutAdditions(edit: (body: BodyEdits) => void): (body: BodyEdits) => void {
  return (body) => edit({ ...body, set: () => undefined, fallback: () => undefined });
}
