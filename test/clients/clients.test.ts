import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { typeErrors, typePatienceMs } from "../conformance/types/type-errors.ts";
import type { Written } from "../conformance/types/written.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { expectGolden } from "../support/golden.ts";
import { type Case, cases } from "./cases.ts";
import { refusals, settledBody } from "./refusals.ts";
import { upstreams } from "./upstreams.ts";

/** What clients are told, and what vendors were sent in their stead. */
const told: string[] = [];
const written: Written[] = [];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

for (const one of cases) {
  describe(`R134 R203 ${one.title}`, () => {
    test.each(upstreams.map((to) => [to.upstream, to] as const))("to %s", async (upstream, to) => {
      gateway.forget();
      const isNative = one.format === upstream;
      const model = to.prefix + (isNative ? one.model : to.model);
      const refusal = refusals.find(({ title, upstreams: by }) => title === one.title && by.includes(upstream));
      if (refusal !== undefined) {
        const refused = await ask(one, model);
        expect(refused.status).toBe(400);
        expect(await refused.text()).toContain(refusal.names);
        expect(gateway.received()).toHaveLength(refusal.by === "vendor" ? 1 : 0);
        if (refusal.retry === undefined) return;
      }
      const answer = await ask({ ...one, body: settledBody(one.title, one.body, upstream) }, model);
      expect([answer.status, await complaint(answer)]).toEqual([200, ""]);
      const [received] = gateway.received();
      if (isNative || received === undefined) return;
      told.push(`${one.title} > ${upstream}: ${answer.headers.get("x-arouter-warnings") ?? "-"}`);
      written.push({ format: upstream, kind: "request", json: received.body });
    });
  });
}

const title = "R136 what vendors are sent is of the types of their SDKs";
test(title, async () => expect(await typeErrors(written)).toEqual([]), typePatienceMs);

test("R137 what is lost on the way is told as before", async () => {
  await expectGolden(`${import.meta.dir}/golden/losses.txt`, `${told.join("\n")}\n`);
});

function ask({ path, headers, body, model: asked, format }: Case, model: string): Promise<Response> {
  const { model: _model, stream: _stream, ...rest } = body;
  return fetch(gateway.url + path.replace(`/${asked}:`, `/${model}:`), {
    method: "POST",
    headers,
    body: JSON.stringify(format === "gemini" ? rest : { ...body, model }),
  });
}

/** What an answer says instead of being one; a stream may say it after its status. */
async function complaint(answer: Response): Promise<string> {
  const text = await answer.text();
  return answer.status === 200 && !/"error":\s*\{/.test(text) ? "" : text;
}
