import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace";
import type { Batch } from "./telemetry-settings.ts";

/** Where spans wait for their exporter. */
export type SpanQueue = Readonly<{
  /** Takes all of them or, where there is no room, none: half a trace tells nobody anything. */
  add(spans: readonly ReadableSpan[]): void;
  /** Sends what waits. Takes as long as the exporter's time-out. */
  close(): Promise<void>;
}>;

export type SpanQueueOptions = Readonly<{
  /** Told how many spans nobody will ever see. */
  dropped: (count: number) => void;
  /** Told what came of each export. */
  exported: (error: Error | undefined) => void;
  batch: Batch;
  /** When an export counts as hung. */
  exportTimeoutMs: number;
}>;

/** The SDK's batch processor, with its losses counted: it drops without telling what there is no room for. */
export function createSpanQueue(exporter: SpanExporter, options: SpanQueueOptions): SpanQueue {
  const { dropped, exported, exportTimeoutMs } = options;
  const { maxSpans, spans: batchSpans, delayMs } = options.batch;
  let waiting = 0;
  let isClosed = false;

  function sent(spans: number, result: ExportResult): void {
    const isSent = result.code === ExportResultCode.SUCCESS;
    if (!isSent) dropped(spans);
    exported(isSent ? undefined : (result.error ?? new Error("the collector refused them")));
  }

  const counting: SpanExporter = {
    export: (spans, done) => {
      waiting -= spans.length;
      exporter.export(spans, (result) => {
        sent(spans.length, result);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const processor = new BatchSpanProcessor({
    exporter: counting,
    maxQueueSize: maxSpans,
    maxExportBatchSize: Math.min(batchSpans, maxSpans),
    scheduledDelayMillis: delayMs,
    exportTimeoutMillis: exportTimeoutMs,
  });

  return {
    add: (spans) => {
      if (isClosed || waiting + spans.length > maxSpans) {
        dropped(spans.length);
        return;
      }
      waiting += spans.length;
      for (const span of spans) processor.onEnd(span);
    },
    close: async () => {
      isClosed = true;
      // What could not be sent was counted; there is nobody left to tell.
      await processor.shutdown().catch(() => undefined);
    },
  };
}
