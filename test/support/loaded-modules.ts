import { startServed } from "./served.ts";

/** Serves one request with this process's own environment, and prints the paths of all modules it took, as JSON. */
const upstream = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () => Response.json({ error: { message: "no" } }),
});
const served = await startServed({
  upstreamUrl: `http://127.0.0.1:${upstream.port}`,
  serve: { env: { ...process.env, OPENAI: "sk-openai-test", ANTHROPIC: "sk-ant-test" } },
});
const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] });
await (await fetch(`${served.url}/v1/chat/completions`, { method: "POST", body })).arrayBuffer();
console.log(JSON.stringify(Object.keys(require.cache)));
process.exit(0);
