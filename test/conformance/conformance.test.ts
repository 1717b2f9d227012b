import { afterAll, beforeAll, describe, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { OlderFormat } from "../support/older-formats.ts";
import { anthropicSdk, anthropicSdk0 } from "./anthropic-sdk.ts";
import { openaiSdk } from "./openai-sdk.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { content } from "./scenarios/content.ts";
import { errors } from "./scenarios/errors.ts";
import { text } from "./scenarios/text.ts";
import { thinking } from "./scenarios/thinking.ts";
import { tools } from "./scenarios/tools.ts";
import type { Sdk } from "./sdk.ts";

const scenarios: readonly Scenario[] = [...text, ...tools, ...content, ...thinking, ...errors];

type Column = Readonly<{ name: Sdk["name"]; wire: OlderFormat; connect(gateway: TestGateway): Sdk }>;

const columns: readonly Column[] = [
  { name: "openai 7.55.0", wire: "openai-chat", connect: ({ url }) => openaiSdk(`${url}/v1`) },
  { name: "anthropic 1.11.0", wire: "anthropic-messages", connect: ({ url }) => anthropicSdk(url) },
  { name: "anthropic 0.137.0", wire: "anthropic-messages", connect: ({ url }) => anthropicSdk0(url) },
];

/** The model's name alone decides where a request goes. */
const upstreams: readonly Pick<Stage, "upstream" | "model" | "thinkingModel">[] = [
  { upstream: "openai-chat", model: "gpt-4o-mini", thinkingModel: "gpt-5" },
  {
    upstream: "anthropic-messages",
    model: "claude-sonnet-4-6",
    thinkingModel: "claude-opus-4-5",
  },
];

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
  );
});

function table(
  start: () => Promise<TestGateway>,
  isIn: (scenario: Scenario, column: Column, upstream: OlderFormat) => boolean,
): void {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  afterAll(() => gateway.stop());

  for (const column of columns) {
    for (const upstream of upstreams) {
      describe(`${column.name} to ${upstream.upstream}`, () => {
        for (const scenario of scenarios) {
          if (!applies(scenario, column, upstream.upstream) || !isIn(scenario, column, upstream.upstream)) continue;
          test(scenario.title, () => scenario.run(stageOf(gateway, column, upstream)));
        }
      });
    }
  }
}

function applies({ upstream, appliesTo }: Scenario, { name }: Column, to: OlderFormat): boolean {
  return (upstream ?? to) === to && (appliesTo?.(name) ?? true);
}

function stageOf(gateway: TestGateway, column: Column, upstream: (typeof upstreams)[number]): Stage {
  gateway.forget();
  return {
    ...upstream,
    sdk: column.connect(gateway),
    script: (behaviour, times = 1) => gateway.script({ do: behaviour, times }),
    received: () => gateway.received(),
  };
}
