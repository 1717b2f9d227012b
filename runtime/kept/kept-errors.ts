import { failure } from "../errors.ts";
import type { WireError } from "../wire/canonical.ts";

/** Another client's id: as if it did not exist. */
export const noSuchId = failure("not-found", "There is no such id.", { code: "not_found", param: "id" });

/** Nobody behind the gateway speaks the API that is asked for. */
export function noProvider(name: string, vendor: string): WireError {
  const message = `No provider of this gateway has ${vendor}'s API, so there are no ${name} here. They are kept by the vendor whose API a client speaks.`;
  return failure("not-found", message, { code: "no_provider" });
}

export function uploadTooLarge(maxBytes: number): WireError {
  return failure(
    "too-large",
    `The upload is larger than this gateway accepts (${maxBytes} bytes, limits.max_body_bytes).`,
  );
}
