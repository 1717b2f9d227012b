import { expect, test } from "bun:test";
import { helpText } from "../../cli/sim/help.ts";
import { behaviourSchema } from "../../cli/sim/script/behaviour.ts";
import { startSimulator } from "../../cli/sim/simulator.ts";
import { chatBody } from "./support/requests.ts";

const script = new URL("support/run-command.ts", import.meta.url).pathname;

type Output = Readonly<{ read(): Promise<Readonly<{ value?: string | undefined; done: boolean }>> }>;

/** Reads on until the text has come; fails when the output ends without it. */
async function readUntil(output: Output, text: string): Promise<string> {
  let printed = "";
  while (!printed.includes(text)) {
    const { value, done } = await output.read();
    if (done) throw new Error(`the output ended without ${JSON.stringify(text)}: ${printed}`);
    printed += value;
  }
  return printed;
}

function run(...argv: readonly string[]) {
  return Bun.spawn([process.execPath, script, ...argv], { stdout: "pipe", stderr: "pipe" });
}

test("listens, answers the curl it prints, logs, stops on a signal with code 0", async () => {
  const child = run("--port", "0", "--key", "it's");
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const printed = await readUntil(output, "--help\n");
  const curl = printed.match(/ {2}(curl [\s\S]*?)\n\n/)?.[1] ?? "";
  const answer = await Bun.$`sh -c ${curl}`.quiet().json();
  expect(answer.choices[0].message.content).toBe("You said: Hello");
  expect(await readUntil(output, " ms\n")).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} POST \/v1\/chat\/completions gpt-4o-mini 200 \d+ ms$/m,
  );
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});

test("logs a request whose model is in its path", async () => {
  const child = run("--port", "0", "--key", "k");
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const url = (await readUntil(output, "--help\n")).match(/http:\S+/)?.[0];
  const body = JSON.stringify({ contents: [{ parts: [{ text: "Hello" }] }] });
  const headers = { "x-goog-api-key": "k" };
  await fetch(`${url}/v1beta/models/gemini-3-pro:generateContent`, { method: "POST", body, headers });
  expect(await readUntil(output, " ms\n")).toContain("POST /v1beta/models/gemini-3-pro:generateContent - 200 ");
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});

test("--quiet prints no line per request", async () => {
  const child = run("--port", "0", "--quiet");
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const printed = await readUntil(output, "--help\n");
  const url = printed.match(/http:\S+/)?.[0];
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer k" },
    body: JSON.stringify(chatBody()),
  });
  expect(response.status).toBe(200);
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
  expect((await output.read()).value).toBeUndefined();
});

test("--help names every behaviour there is", async () => {
  const child = run("--help");
  const text = await child.stdout.text();
  expect(await child.exited).toBe(0);
  expect(text).toBe(helpText());
  for (const name of Object.keys(behaviourSchema.properties))
    expect(text).toMatch(new RegExp(`^ {4}${name} +\\S`, "m"));
});

const wrong: readonly (readonly [readonly string[], string])[] = [
  [["--prt", "1"], "arouter sim: Unknown option '--prt'"],
  [["--port", "many"], 'arouter sim: --port wants a number from 0 to 65535, not "many".'],
  [["--port", "70000"], 'arouter sim: --port wants a number from 0 to 65535, not "70000".'],
];
test.each([...wrong])("%p is a usage error", async (argv, message) => {
  const child = run(...argv);
  expect(await child.stderr.text()).toStartWith(message);
  expect(await child.exited).toBe(2);
});

test("a port that is taken is an error, not a stack trace", async () => {
  const first = await startSimulator();
  const child = run("--port", String(first.port));
  const text = await child.stderr.text();
  expect(await child.exited).toBe(2);
  expect(text).toStartWith(`arouter sim: cannot listen on 127.0.0.1:${first.port}: `);
  expect(text.split("\n").length).toBe(2);
  await first.stop();
});
