import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createAccessTokens, type TokenClient } from "../../../runtime/upstream/access-tokens.ts";
import { type CaptureUpstream, startCaptureUpstream } from "../../support/capture-upstream.ts";
import { serveCompiled } from "../../support/compiled.ts";

const client: TokenClient = {
  tokenUrl: "http://localhost:1/token",
  clientId: "me",
  clientSecret: "s3cret",
  scope: "models",
  audience: undefined,
};

describe("tokens of client credentials", () => {
  let asked: URLSearchParams[] = [];
  let nowMs = 0;
  let next: () => Response | Promise<Response>;
  const tokens = () =>
    createAccessTokens({
      now: () => nowMs,
      fetch: async (_url, request) => {
        asked.push(new URLSearchParams(String(request.body)));
        return await next();
      },
    });
  beforeEach(() => {
    asked = [];
    nowMs = 0;
    next = () => Response.json({ access_token: `token-${asked.length}`, token_type: "bearer", expires_in: 3600 });
  });

  test("are asked for as RFC 6749 section 4.4 has it, once for all who want one", async () => {
    const { token } = tokens();
    expect(new Set(await Promise.all([token(client), token({ ...client }), token(client)]))).toEqual(
      new Set(["token-1"]),
    );
    expect(asked.map((form) => Object.fromEntries(form))).toEqual([
      { grant_type: "client_credentials", client_id: "me", client_secret: "s3cret", scope: "models" },
    ]);
    expect(await token({ ...client, audience: "api" })).toBe("token-2");
    expect(asked[1]?.get("audience")).toBe("api");
  });

  test.each([
    ["an hour, less a minute", 3600, 3_540_000],
    ["half of a short time", 60, 30_000],
    ["five minutes where none is said", undefined, 240_000],
  ])("are kept for %s", async (_name, seconds, keptMs) => {
    next = () => Response.json({ access_token: `token-${asked.length}`, expires_in: seconds });
    const { token } = tokens();
    await token(client);
    nowMs = keptMs - 1;
    expect(await token(client)).toBe("token-1");
    nowMs = keptMs;
    expect(await token(client)).toBe("token-2");
  });

  test("one that was refused is fetched anew, but not one that came since", async () => {
    const { token, refused } = tokens();
    await token(client);
    refused(client, "token-1");
    expect(await token(client)).toBe("token-2");
    refused(client, "token-1");
    expect(await token(client)).toBe("token-2");
  });

  test.each([
    [
      "is refused",
      () => Response.json({ error: "invalid_client" }, { status: 401 }),
      "upstream-auth",
      "answered 401 (invalid_client)",
    ],
    [
      "finds the endpoint broken",
      () => new Response("s3cret <html>", { status: 500 }),
      "upstream-unreachable",
      "answered 500 and gave",
    ],
    ["is sent elsewhere", () => Response.redirect("http://localhost:1/other"), "upstream-unreachable", "answered 302"],
    ["gets no token", () => Response.json({}), "upstream-unreachable", "answered 200"],
    ["finds nobody", () => Promise.reject(new Error("s3cret")), "upstream-unreachable", "did not answer"],
  ])("who %s learns why, nothing secret is in it, and the next one asks again", async (_name, answer, of, words) => {
    next = answer;
    const { token } = tokens();
    const failed = await token(client);
    expect(failed).toMatchObject({ class: of, message: expect.stringContaining(words) });
    expect(JSON.stringify(failed)).not.toContain("s3cret");
    next = () => Response.json({ access_token: "late" });
    expect(await token(client)).toBe("late");
  });
});

describe("through the gateway", () => {
  let upstream: CaptureUpstream;
  beforeAll(() => {
    upstream = startCaptureUpstream();
  });
  afterAll(() => upstream.stop());

  const start = (lines: string[] = []) =>
    serveCompiled({
      files: {
        "arouter.toml": `[providers.up]\ntype = "openai"\nbase_url = "${upstream.url}"\n[providers.up.oauth]\ntoken_url = "${upstream.url}/token"\nclient_id = "env.ID"\nclient_secret = "env.SECRET"\nscope = "models"\n`,
      },
      env: { ID: "me", SECRET: "s3cret" },
      upstreams: {},
      lines,
    });
  const ask = (url: string) =>
    fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "hi" }] }),
    });
  const answer = {
    id: "c",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  };

  test("a token is sent in the key's place, and fetched anew once when it is refused", async () => {
    let given = 0;
    upstream.answer(({ path, headers }) => {
      if (path === "/token") {
        given += 1;
        return Response.json({ access_token: `token-${given}`, expires_in: 3600 });
      }
      return headers["authorization"] === "Bearer token-1"
        ? Response.json({ error: { message: "expired" } }, { status: 401 })
        : Response.json(answer);
    });
    const lines: string[] = [];
    const served = await start(lines);
    const response = await ask(served.url);
    expect([response.status, response.headers.get("x-arouter-attempts")]).toEqual([200, "1"]);
    expect((await ask(served.url)).status).toBe(200);
    const calls = upstream.requests.filter(({ path }) => path !== "/token");
    expect(calls.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer token-1",
      "Bearer token-2",
      "Bearer token-2",
    ]);
    expect(given).toBe(2);
    expect(lines.join("\n")).not.toMatch(/s3cret|token-\d/);
    await served.stop();
  });

  test("one that stays refused is the attempt's failure, after one more token", async () => {
    upstream.answer(({ path }) =>
      path === "/token"
        ? Response.json({ access_token: "token", expires_in: 3600 })
        : Response.json({ error: { message: "no" } }, { status: 401 }),
    );
    const served = await start();
    expect((await ask(served.url)).status).toBe(502);
    expect(upstream.requests.filter(({ path }) => path === "/v1/chat/completions")).toHaveLength(2);
    await served.stop();
  });

  test("no token, no request; the client learns that it is the gateway's matter", async () => {
    upstream.answer(({ path }) =>
      path === "/token" ? Response.json({ error: "invalid_client" }, { status: 400 }) : Response.json(answer),
    );
    const served = await start();
    const response = await ask(served.url);
    expect(response.status).toBe(502);
    expect(await response.text()).toContain("The token endpoint answered 400 (invalid_client)");
    expect(upstream.requests.filter(({ path }) => path !== "/token")).toEqual([]);
    await served.stop();
  });
});
