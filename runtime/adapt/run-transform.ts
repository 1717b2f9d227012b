import type { Transform, TransformInfo } from "../contract.ts";
import { failure } from "../errors.ts";
import type { Json, WireError } from "../wire/canonical.ts";
import { isObject, parseJson } from "../wire/json.ts";

/** Makes the headers that are sent from those that would have been. */
export type FinishHeaders = (
  headers: Readonly<Record<string, string>>,
) => Readonly<{ kind: "headers"; headers: Readonly<Record<string, string>> } | { kind: "failed"; error: WireError }>;

/** Code of the user's own may do anything: what it throws, and an answer that is of no use, is the attempt's failure. */
export function transformedBody(
  body: Uint8Array,
  transform: Transform | undefined,
  info: TransformInfo,
): Uint8Array | WireError {
  const members = transform?.request && parseJson(new TextDecoder().decode(body));
  if (transform?.request === undefined || !isObject(members)) return body;
  try {
    const sent: Json | undefined = transform.request(members, info);
    if (!isObject(sent)) return transformFailure("request", info.provider, "it gave no object");
    return sent === members ? body : new TextEncoder().encode(JSON.stringify(sent));
  } catch (thrown) {
    return transformFailure("request", info.provider, thrown);
  }
}

export function finishHeaders(change: NonNullable<Transform["headers"]>, info: TransformInfo): FinishHeaders {
  return (headers) => {
    try {
      // What no header can hold is found here, not by the fetch, which would look like the upstream's failure.
      return { kind: "headers", headers: Object.fromEntries(new Headers({ ...change(headers, info) })) };
    } catch (thrown) {
      return { kind: "failed", error: transformFailure("headers", info.provider, thrown) };
    }
  };
}

/** What a hook threw, or what is wrong with its answer, as the failure of an attempt. */
export function transformFailure(hook: keyof Transform, provider: string, thrown: unknown): WireError {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const message = `The transform of provider "${provider}" failed in ${hook}(): ${said}`;
  return failure("bad-upstream-answer", message, { code: "transform_failed" });
}
