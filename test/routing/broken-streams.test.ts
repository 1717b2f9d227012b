import { expect, test } from "bun:test";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { startServed } from "../support/served.ts";
import { providerTerms } from "../support/terms.ts";

test("R6 F71 streams that break off after their first content are failures in a row, and open the breaker", async () => {
  const simulator = await startSimulator();
  const gateway = await startServed({
    upstreamUrl: simulator.openaiUrl,
    provider: { breaker: { ...providerTerms.breaker, failureThreshold: 3 } },
  });
  simulator.script({ do: { errorAfterEvents: 3, text: "one two three four five" }, times: "always" });
  const ask = async () => {
    const body = JSON.stringify({ model: "gpt-4o", stream: true, messages: [{ role: "user", content: "hi" }] });
    const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", body });
    return [response.status, (await response.text()).includes("[DONE]")];
  };
  const cut = [200, false];
  expect([await ask(), await ask(), await ask()]).toEqual([cut, cut, cut]);
  expect(await ask()).toEqual([503, false]);
  expect(simulator.requests.filter(({ method }) => method === "POST")).toHaveLength(3);
  await gateway.stop();
  await simulator.stop();
});
