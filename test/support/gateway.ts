import type { RecordedRequest } from "../../cli/sim/request-log.ts";
import type { Script } from "../../cli/sim/script/script.ts";
import { startSimulator } from "../../cli/sim/simulator.ts";

export type TestGateway = Readonly<{
  openaiUrl: string;
  anthropicUrl: string;
  script(script: Script): void;
  received(): readonly RecordedRequest[];
  forget(): void;
  stop(): Promise<void>;
}>;

export async function startGateway(_options: { bypass?: boolean; policies?: string } = {}): Promise<TestGateway> {
  const simulator = await startSimulator();
  return {
    openaiUrl: simulator.openaiUrl,
    anthropicUrl: simulator.anthropicUrl,
    script: simulator.script,
    received: () => simulator.requests.filter(({ method }) => method === "POST"),
    forget: simulator.reset,
    stop: simulator.stop,
  };
}
