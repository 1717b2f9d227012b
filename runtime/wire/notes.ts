import type { Loss, Rejection } from "./canonical.ts";

/** What a codec could not carry over, gathered while it walks one message. */
export type Notes = Readonly<{
  /** Reported to the client as `code:field`; the same pair is reported once. */
  lose(code: string, field: string): void;
  /** The first one wins and turns the whole translation into a 400. `param` is a path in the client's own body. */
  reject(code: string, param: string | null, message: string): void;
  losses(): readonly Loss[];
  rejection(): Rejection | undefined;
}>;

export function notes(): Notes {
  const losses = new Map<string, Loss>();
  let rejection: Rejection | undefined;
  return {
    lose(code, field) {
      losses.set(`${code}:${field}`, { code, field });
    },
    reject(code, param, message) {
      rejection ??= { kind: "rejection", code, message, param };
    },
    losses: () => [...losses.values()],
    rejection: () => rejection,
  };
}
