import type { Adaptation, TransformInfo } from "../contract.ts";
import type { Preparation } from "../prepare.ts";
import { answerFilter, filteredCodec } from "./answer-filter.ts";
import { editBody } from "./edit-body.ts";
import { finishHeaders, transformedBody } from "./run-transform.ts";

/** A request as the provider itself wants it: what its dialect and then the user's own code make of it, and of its answers. */
export function adapt(
  prepared: Preparation,
  { body, transform }: Adaptation = {},
  request: Omit<TransformInfo, "format">,
): Preparation {
  if (prepared.kind === "refused") return prepared;
  const { surface, upstream } = prepared;
  if (body === undefined && transform === undefined && surface.hides === undefined) return prepared;
  const info = { ...request, format: surface.format };
  const edit = body?.[surface.format];
  const edited = edit === undefined ? prepared.body : editBody(prepared.body, surface.format, edit);
  const sent = transformedBody(edited, transform, info);
  if ("class" in sent) return { kind: "refused", error: sent };
  const filter = answerFilter(surface, transform, info);
  const headers = transform?.headers;
  return {
    ...prepared,
    body: sent,
    ...(filter === undefined ? {} : { filter, upstream: filteredCodec(upstream, filter) }),
    ...(headers === undefined ? {} : { finishHeaders: finishHeaders(headers, info) }),
  };
}
