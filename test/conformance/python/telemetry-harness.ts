import { startSimulator } from "../../../cli/sim/simulator.ts";
import { serveCompiled } from "../../support/compiled.ts";

/**
 * What the tests of traces run against: one gateway that exports to the collector its environment names. Prints one line
 * of JSON with the addresses, and runs until its standard input closes; then it sends what is left.
 */
const config = `
[router]
policy_file = "policies.yaml"

[telemetry]
service_name = "tested"
metrics = true
headers = { x-collector-key = "env.COLLECTOR_KEY" }

[retry]
max_attempts = 2
initial_backoff_ms = 1

[providers.openai]
api_key = "env.OPENAI_KEY"
[providers.anthropic]
api_key = "env.ANTHROPIC_KEY"

[[models]]
name = "gpt-4o"
provider = "openai"
price = { prompt = 2.5, completion = 10 }
`;

const policies = `
rules:
  - name: heal
    when: { header: { x-case: heal } }
    then: { model: gpt-4o-mini, validate: [json_schema], fallback_chain: [gpt-4.1] }
  - name: failover
    when: { header: { x-case: failover } }
    then: { model: gpt-4o-mini, fallback_chain: [claude-sonnet-4-5], fallback_on: [error] }
  - name: hedge
    when: { header: { x-case: hedge } }
    then: { model: gpt-4o-mini, hedge: { after_ms: 20, with_model: claude-sonnet-4-5 } }
`;

const keys = { openaiKey: "sk-upstream-openai", anthropicKey: "sk-ant-upstream" };
const simulator = await startSimulator(keys);
const gateway = await serveCompiled({
  files: { "arouter.toml": config, "policies.yaml": policies },
  env: { ...definedOnly(process.env), OPENAI_KEY: keys.openaiKey, ANTHROPIC_KEY: keys.anthropicKey },
  upstreams: { openai: simulator.openaiUrl, anthropic: simulator.anthropicUrl },
});
console.log(JSON.stringify({ url: gateway.url, simulatorUrl: simulator.openaiUrl }));
for await (const _ of Bun.stdin.stream()) {
  // Nothing is ever sent; the end of the stream is the message.
}
await gateway.stop();
await simulator.stop();
process.exit(0);

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
