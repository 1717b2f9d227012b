import { isDeepStrictEqual } from "node:util";
import type { Telemetry as Configured } from "../contract.ts";
import type { RequestWatcher } from "../request/finished-request.ts";
import type { ResolvedText } from "../upstream/access-tokens.ts";
import type { Exporting } from "./open-telemetry.ts";
import type { RequestTrace } from "./request-trace.ts";
import { type TelemetrySettings, telemetrySettings } from "./telemetry-settings.ts";

/** Tracing as a gateway has it for its whole life, whatever its configurations say. */
export type Telemetry = Readonly<{
  /** The trace that a request with these headers is part of; undefined while nothing is exported. */
  begin(headers: Headers): RequestTrace | undefined;
  finished: RequestWatcher;
  /** Puts a configuration in force. What is exporting goes on where nothing of its own has changed. Never rejects. */
  configure(configured: Configured, text: ResolvedText): Promise<void>;
  /** Sends what is left, which takes as long as the exporter's time-out. */
  close(): Promise<void>;
}>;

export type TelemetryOptions = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  /** Told how many spans were lost, and why as far as it is known here. */
  dropped: (count: number) => void;
  warn: (message: string) => void;
}>;

/** Loads nothing of OpenTelemetry until there is somewhere to send to. */
export function createTelemetry({ env, dropped, warn }: TelemetryOptions): Telemetry {
  let current: (Readonly<{ settings: TelemetrySettings }> & Exporting) | undefined;

  async function open(settings: TelemetrySettings): Promise<typeof current> {
    const { createExporting } = await import("./open-telemetry.ts");
    return { settings, ...createExporting(settings, { dropped, exported: tellOfFailure(settings, warn) }) };
  }

  async function configure(configured: Configured, text: ResolvedText): Promise<void> {
    const { settings, warnings } = telemetrySettings(configured, env, text);
    for (const warning of warnings) warn(warning);
    if (isDeepStrictEqual(settings, current?.settings)) return;
    const old = current;
    try {
      current = settings === undefined ? undefined : await open(settings);
    } catch (thrown) {
      warn(`telemetry is not sent: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
    if (current !== old) void old?.close();
  }

  return {
    begin: (headers) => current?.begin(headers),
    finished: (request) => current?.finished(request),
    configure,
    close: async () => {
      const last = current;
      current = undefined;
      await last?.close();
    },
  };
}

/** One line when exports begin to fail, and none until one has worked again: a collector that is down stays so for long. */
function tellOfFailure(
  { traces }: TelemetrySettings,
  warn: (message: string) => void,
): (error: Error | undefined) => void {
  let isFailing = false;
  // A query may hold a key.
  const place = traces.url.replace(/\?.*/, "");
  return (error) => {
    if (error !== undefined && !isFailing) {
      warn(`spans cannot be sent to ${place}: ${error.message}. They are dropped until that works again.`);
    }
    isFailing = error !== undefined;
  };
}
