import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ISerializer } from "@opentelemetry/otlp-transformer";
import { after, monotonicMs } from "../clock.ts";
import { createGrpcMethod, type GrpcMethodOptions, type GrpcResult } from "./grpc-call.ts";

/** What exporters of the SDK have in common. */
export type Exporter<Items> = Readonly<{
  export(items: Items, done: (result: ExportResult) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}>;

export type GrpcExporterOptions = GrpcMethodOptions &
  Readonly<{
    timeoutMs: number;
    /** How long it waits before it tries again, doubled each time. */
    backoffMs?: number;
  }>;

/** The first and three more, all within `timeoutMs`. */
const maxTries = 4;

/** Exports over OTLP/gRPC. */
export function createGrpcExporter<Items>(
  serializer: Pick<ISerializer<Items, unknown>, "serializeRequest">,
  { timeoutMs, backoffMs = 500, ...method }: GrpcExporterOptions,
): Exporter<Items> {
  const { call, close } = createGrpcMethod(method);
  const running = new Set<Promise<void>>();

  async function send(message: Uint8Array, tries: number, leftMs: number, waitMs: number): Promise<GrpcResult> {
    const startedMs = monotonicMs();
    const result = await call(message, leftMs);
    const stillMs = leftMs - (monotonicMs() - startedMs) - waitMs;
    if (result.kind === "ok" || !result.isPassing || tries >= maxTries || stillMs <= 0) return result;
    await new Promise<void>((resolve) => after(waitMs, resolve));
    return send(message, tries + 1, stillMs, waitMs * 2);
  }

  return {
    export: (items, done) => {
      const message = serializer.serializeRequest(items);
      if (message === undefined) {
        done({ code: ExportResultCode.FAILED, error: new Error("they could not be written as OTLP") });
        return;
      }
      const sending = send(message, 1, timeoutMs, backoffMs).then((result) => {
        running.delete(sending);
        if (result.kind === "ok") done({ code: ExportResultCode.SUCCESS });
        else done({ code: ExportResultCode.FAILED, error: new Error(result.message) });
      });
      running.add(sending);
    },
    forceFlush: async () => void (await Promise.all(running)),
    shutdown: async () => {
      await Promise.all(running);
      close();
    },
  };
}
