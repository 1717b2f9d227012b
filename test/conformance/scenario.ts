import type { RecordedRequest } from "../../cli/sim/request-log.ts";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import type { WireFormat } from "../../runtime/contract.ts";
import { type Answer, type Ask, type Sdk, ways } from "./sdk.ts";

/** One row of the table: it runs for every SDK against every upstream. */
export type Scenario = Readonly<{
  /** Names the requirements it proves. */
  title: string;
  run(stage: Stage): Promise<void>;
  /** Holds only where the gateway is in between: a vendor alone does not behave so. */
  gatewayOnly?: true;
  /** Only against this upstream. */
  upstream?: WireFormat;
  /** False where an SDK has no way to say it. */
  appliesTo?(sdk: Sdk["name"]): boolean;
}>;

/** One SDK in front of one upstream. */
export type Stage = Readonly<{
  sdk: Sdk;
  upstream: WireFormat;
  /** A model that upstream serves. */
  model: string;
  /** A model of that upstream that reasons. */
  thinkingModel: string;
  /** How the upstream treats its next request, or the next `times`. */
  script(behaviour: Behaviour, times?: number): void;
  /** What the upstream has received since the scenario began. */
  received(): readonly RecordedRequest[];
}>;

/** The same row for a buffered answer, a raw stream and the SDK's stream helper. */
export function inEveryWay(
  title: string,
  run: (stage: Stage, answer: (ask: Ask) => Promise<Answer>) => Promise<void>,
): readonly Scenario[] {
  return ways.map((way) => ({ title: `${title} (${way})`, run: (stage) => run(stage, stage.sdk[way]) }));
}

/** The one request the upstream received. */
export function onlyRequest(stage: Stage): RecordedRequest {
  const [first, ...others] = stage.received();
  if (first === undefined || others.length > 0)
    throw new Error(`The upstream received ${others.length + (first ? 1 : 0)} requests, not one.`);
  return first;
}
