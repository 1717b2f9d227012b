import { afterAll, beforeAll, describe, test } from "bun:test";
import type { WireFormat } from "../../runtime/contract.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { type Column, columns, olderColumn } from "./columns.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { content } from "./scenarios/content.ts";
import { errors } from "./scenarios/errors.ts";
import { text } from "./scenarios/text.ts";
import { thinking } from "./scenarios/thinking.ts";
import { tools } from "./scenarios/tools.ts";
import { upstreams } from "./upstreams.ts";

const scenarios: readonly Scenario[] = [...text, ...tools, ...content, ...thinking, ...errors];

const all = [...columns, olderColumn];

describe("R8 R13 R14 R17 R64 R68 through the gateway", () => {
  table(
    () => startGateway(),
    () => true,
  );
});

/** The same rows with no gateway in between: where such a cell fails, the suite or the simulated vendor is wrong. */
describe("control: straight to the simulated vendor", () => {
  table(
    () => startGateway({ bypass: true }),
    (scenario, column, upstream) => column.wire === upstream && scenario.gatewayOnly !== true,
    (model) => model.slice(model.indexOf("/") + 1),
  );
});

function table(
  start: () => Promise<TestGateway>,
  isIn: (scenario: Scenario, column: Column, upstream: WireFormat) => boolean,
  nameOf: (model: string) => string = (model) => model,
): void {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  afterAll(() => gateway.stop());

  for (const column of all) {
    for (const upstream of upstreams) {
      describe(`${column.name} to ${upstream.upstream}`, () => {
        for (const scenario of scenarios) {
          if (!applies(scenario, column, upstream.upstream) || !isIn(scenario, column, upstream.upstream)) continue;
          test(scenario.title, () => scenario.run(stageOf(gateway, column, upstream, nameOf)));
        }
      });
    }
  }
}

function applies({ upstream, appliesTo }: Scenario, { name }: Column, to: WireFormat): boolean {
  return (upstream ?? to) === to && (appliesTo?.(name) ?? true);
}

function stageOf(
  gateway: TestGateway,
  column: Column,
  upstream: (typeof upstreams)[number],
  nameOf: (model: string) => string,
): Stage {
  gateway.forget();
  return {
    ...upstream,
    model: nameOf(upstream.model),
    thinkingModel: nameOf(upstream.thinkingModel),
    sdk: column.connect(gateway),
    script: (behaviour, times = 1) => gateway.script({ do: behaviour, times }),
    received: () => gateway.received(),
  };
}
