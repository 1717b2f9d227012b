import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startCaptureUpstream } from "../support/capture-upstream.ts";
import { spawnGateway } from "../support/spawn-gateway.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";
import { startServe } from "./serve-process.ts";

const patienceMs = 120_000;
const transform = (user: string) => `import type { Transform } from "arouter/runtime";

export const request: Transform["request"] = (body) => ({ ...body, user: ${JSON.stringify(user)} });
`;
const config = (url: string) => `[providers.up]
type = "openai"
base_url = "${url}"
auth = "none"
transform = "own.ts"
strip = ["/seed"]
`;

/** What the upstream is told of who asks, and of what its provider does not take. */
async function userSent(url: string, upstream: ReturnType<typeof startCaptureUpstream>): Promise<unknown> {
  upstream.answer(() => Response.json({ object: "chat.completion", choices: [{ message: { content: "hi" } }] }));
  const body = JSON.stringify({ model: "m", seed: 7, messages: [{ role: "user", content: "hi" }] });
  await (await fetch(`${url}/v1/chat/completions`, { method: "POST", body })).text();
  const sent: { user?: string; seed?: number } = JSON.parse(upstream.requests[0]?.text ?? "{}");
  return [sent.user, sent.seed];
}

test(
  "R402 a transform is part of the executable that build makes",
  async () => {
    const upstream = startCaptureUpstream();
    const files = { "arouter.toml": config(upstream.url), "own.ts": transform("built") };
    await withFolder(files, async (source) => {
      await withFolder({}, async (folder) => {
        const argv = ["build", "--config", join(source, "arouter.toml"), "--dist", join(source, "dist")];
        expect(await runCli([...argv, "--out", join(folder, "gateway")])).toMatchObject({ code: 0, err: "" });
        const gateway = await spawnGateway([join(folder, "gateway"), "--listen", "127.0.0.1:0"], {
          cwd: folder,
          env: {},
        });
        expect(await userSent(gateway.url, upstream)).toEqual(["built", undefined]);
        await gateway.stop();
      });
    });
    upstream.stop();
  },
  patienceMs,
);

test(
  "R402 serve --watch takes a changed transform into service, and refuses one that does not type-check",
  async () => {
    const upstream = startCaptureUpstream();
    const files = { "arouter.toml": config(upstream.url), "own.ts": transform("first") };
    await withFolder(files, async (folder) => {
      const served = await startServe(["--listen", "127.0.0.1:0", "--log", "none", "--watch", "--yes"], {
        cwd: folder,
      });
      expect(await userSent(served.url, upstream)).toEqual(["first", undefined]);
      await writeFile(join(folder, "own.ts"), transform("second"));
      await served.sees("Reloaded: configuration 2 is in force.");
      expect(await userSent(served.url, upstream)).toEqual(["second", undefined]);
      await writeFile(join(folder, "own.ts"), "export const request = 7;\n");
      await served.sees("AR219 transform");
      expect(await userSent(served.url, upstream)).toEqual(["second", undefined]);
      served.kill("SIGTERM");
      expect(await served.exited).toBe(0);
    });
    upstream.stop();
  },
  patienceMs,
);
