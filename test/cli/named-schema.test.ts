import { expect, test } from "bun:test";
import { join } from "node:path";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { importGenerated } from "../../runtime/server/import-generated.ts";
import { serve } from "../../runtime/server/serve.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const files = (url: string) => ({
  "arouter.toml": `[router]\npolicy_file = "rules/policies.yaml"\n[providers.openai]\nbase_url = "${url}"\n`,
  "rules/policies.yaml": `rules:
  - name: people
    when: { header: { x-task: people } }
    then: { model: gpt-4o-mini, validate: [schemas/person.json], fallback_chain: [gpt-4.1] }
`,
  "rules/schemas/person.json": JSON.stringify({
    type: "object",
    required: ["name"],
    properties: { name: { type: "string", minLength: 2 } },
  }),
});

test.each([
  ["whole", false],
  ["streamed", true],
])(
  "R48 R49 a schema file named by the policy heals answers of requests that name no schema: %s",
  async (_name, stream) => {
    const simulator = await startSimulator();
    await withFolder(files(simulator.openaiUrl), async (folder) => {
      const dist = join(folder, "dist");
      expect((await runCli(["compile", "--config", join(folder, "arouter.toml"), "--out", dist])).code).toBe(0);
      const gateway = await serve(await importGenerated(dist), {
        env: { AROUTER_OPENAI_API_KEY: "sk-test", AROUTER_STORE: "off" },
        listen: ["127.0.0.1:0"],
        log: "none",
        print: () => undefined,
        readConfigFile: () => Promise.reject(new Error("no key is in the file")),
      });
      simulator.script(
        { when: { model: "gpt-4o-mini" }, do: { text: '{"name":"A"}' } },
        { when: { model: "gpt-4.1" }, do: { text: '{"name":"Ada"}' } },
      );
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "x-task": "people" },
        body: JSON.stringify({ model: "gpt-4o", stream, messages: [{ role: "user", content: "who" }] }),
      });
      expect(response.headers.get("x-arouter-model-served")).toBe("gpt-4.1");
      expect(await response.text()).toContain("Ada");
      const asked = simulator.requests
        .filter(({ method }) => method === "POST")
        .map(({ body }) => JSON.parse(body).model);
      expect(asked).toEqual(["gpt-4o-mini", "gpt-4.1"]);
      await gateway.stop();
    });
    await simulator.stop();
  },
  30_000,
);
