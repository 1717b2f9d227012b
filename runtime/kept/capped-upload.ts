import type { WireError } from "../wire/canonical.ts";
import { uploadTooLarge } from "./kept-errors.ts";

/** A body that is passed on while it comes in. */
export type Upload = Readonly<{
  stream: ReadableStream<Uint8Array>;
  /** Why it broke off; undefined as long as it did not. */
  error(): WireError | undefined;
}>;

/** Breaks off what turns out to be larger than may come in. Leaving and slowness pass on as they come. */
export function cappedUpload(body: ReadableStream<Uint8Array>, maxBytes: number): Upload {
  const reader = body.getReader();
  let size = 0;
  let error: WireError | undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        size += value.length;
        if (size <= maxBytes) return controller.enqueue(value);
        error = uploadTooLarge(maxBytes);
        reader.cancel().catch(() => undefined);
        controller.error(new Error(error.message));
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { stream, error: () => error };
}
