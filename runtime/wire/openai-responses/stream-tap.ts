import type { StreamTap } from "../codec.ts";

export function streamTap(): StreamTap {
  return {
    push: () => undefined,
    complete: () => false,
    missingEnd: () => "",
    usage: () => undefined,
    error: () => undefined,
    empty: () => false,
    committed: () => false,
  };
}
