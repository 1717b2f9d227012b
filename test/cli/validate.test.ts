import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { understand } from "../../compiler/compile.ts";
import { expectGolden } from "../support/golden.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

type Answer = (request: Request, url: URL) => Response | Promise<Response>;

/** Lists as the vendors' references have them, each for its own key and nothing else. */
const openaiList = {
  object: "list",
  data: [
    { id: "gpt-4o", object: "model", created: 1, owned_by: "openai", context_window: 128_000 },
    { id: "gpt-4o-mini", object: "model", created: 1, owned_by: "openai" },
    { id: "glm-4.6", object: "model", created: 1, owned_by: "z", max_model_len: 202_752 },
  ],
};
const anthropicPages = {
  "": {
    data: [{ type: "model", id: "claude-opus-5", display_name: "Opus", max_input_tokens: 1_000_000 }],
    has_more: true,
    first_id: "claude-opus-5",
    last_id: "claude-opus-5",
  },
  "claude-opus-5": {
    data: [{ type: "model", id: "claude-sonnet-4-5-20250929", display_name: "Sonnet", max_input_tokens: 200_000 }],
    has_more: false,
    first_id: null,
    last_id: null,
  },
};
const geminiPages = {
  "": { models: [{ name: "models/gemini-2.5-pro", inputTokenLimit: 1_048_576 }], nextPageToken: "t" },
  t: { models: [{ name: "models/gemini-2.5-flash", inputTokenLimit: 1_048_576 }] },
};
const openrouterList = {
  data: [
    { id: "z-ai/glm-4.6", context_length: 204_800, top_provider: { context_length: 202_752 } },
    { id: "qwen/qwen3", top_provider: { context_length: 40_960 } },
  ],
};

const answers: Readonly<Record<string, Answer>> = {
  "/openai/v1/models": (request) =>
    request.headers.get("authorization") === "Bearer sk-openai" ? Response.json(openaiList) : refused(),
  "/anthropic/v1/models": (request, { searchParams }) =>
    request.headers.get("x-api-key") === "sk-ant" && request.headers.has("anthropic-version")
      ? page(anthropicPages, searchParams.get("after_id"))
      : refused(),
  "/gemini/v1beta/models": (request, { searchParams }) =>
    request.headers.get("x-goog-api-key") === "AIza" ? page(geminiPages, searchParams.get("pageToken")) : refused(),
  "/router/v1/models": (request) =>
    request.headers.get("authorization") === "Bearer sk-or" ? Response.json(openrouterList) : refused(),
  "/template/v1/models": (request) =>
    request.headers.get("x-team-key") === "Team t-1" ? Response.json(openaiList) : refused(),
  "/oauth/token": async (request) => {
    const form = new URLSearchParams(await request.text());
    return form.get("client_secret") === "s3cret"
      ? Response.json({ access_token: "token-1", expires_in: 60 })
      : Response.json({ error: "invalid_client" }, { status: 401 });
  },
  "/oauth/v1/models": (request) =>
    request.headers.get("authorization") === "Bearer token-1" ? Response.json(openaiList) : refused(),
  "/html/v1/models": () => new Response("<!doctype html><title>Sign in</title>"),
  "/forbidden/v1/models": () => new Response(null, { status: 403 }),
  "/busy/v1/models": () => new Response(null, { status: 429 }),
  "/broken/v1/models": () => new Response(null, { status: 503 }),
  "/moved/v1/models": () => new Response(null, { status: 308, headers: { location: "/openai/v1/models?key=x" } }),
  "/odd/v1/models": () => Response.json({ hello: 1 }),
  "/garbage/v1/models": () => new Response("hello"),
  "/slow/v1/models": () => new Promise(() => {}),
};

function refused(): Response {
  return Response.json({ error: { message: "bad key" } }, { status: 401 });
}

function page(pages: Readonly<Record<string, unknown>>, cursor: string | null): Response {
  return Response.json(pages[cursor ?? ""]);
}

const keys = { OPENAI_KEY: "sk-openai", ANTHROPIC_KEY: "sk-ant", GEMINI_KEY: "AIza", ROUTER_KEY: "sk-or" };
let server: ReturnType<typeof Bun.serve>;
let origin = "";
beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      const url = new URL(request.url);
      return answers[url.pathname]?.(request, url) ?? new Response(null, { status: 404 });
    },
  });
  origin = server.url.origin;
});
afterAll(() => server.stop(true));

function provider(path: string, type: string, key: string, more = ""): string {
  return `[providers.${path}]\ntype = "${type}"\nbase_url = "${origin}/${path}"\napi_key = "${key}"\n${more}`;
}

function model(name: string, of: string, context?: number): string {
  const written = context === undefined ? "" : `context = ${context}\n`;
  return `[[models]]\nname = "${name}"\nprovider = "${of}"\n${written}`;
}

function fourProviders(): string {
  return `# Our four providers.
${provider("openai", "openai", "env.OPENAI_KEY")}
${provider("anthropic", "anthropic", "env.ANTHROPIC_KEY")}
${provider("gemini", "google", "env.GEMINI_KEY")}
${provider("router", "openrouter", "env.ROUTER_KEY")}
${model("gpt-4o", "openai", 128_000)}
${model("gpt-4o-mini", "openai", 64_000)} # A guess.
${model("gpt-4o-mnii", "openai", 64_000)}
${model("claude-opus-5", "anthropic", 200_000)}
${model("claude-sonnet-4-5", "anthropic")}
${model("gemini-2.5-flash", "gemini", 1_000_000)}
${model("glm", "router", 100)}upstream_model = "z-ai/glm-4.6"
${model("qwen/qwen3", "router", 100)}
[tiers.opus]
provider = "anthropic"
model = "claude-opus-5"
[tiers.pro]
provider = "gemini"
model = "gemini-2.5-pro"
`;
}

/** Of configurations that hold their keys themselves. */
const keysStand = '\n[lint]\nliteral-secret = "off"\n';

/** Runs the command over one configuration. */
function validate<T>(
  config: string,
  argv: readonly string[],
  use: (result: Awaited<ReturnType<typeof runCli>>, file: string, folder: string) => Promise<T> | T,
  { env = keys, name = "arouter.toml" }: { env?: Record<string, string>; name?: string } = {},
): Promise<T> {
  return withFolder({ [name]: config }, async (folder) => {
    const file = join(folder, name);
    const paths = argv.map((word) => word.replace("FOLDER", folder));
    return await use(await runCli(["validate", "--config", file, ...paths], { env }), file, folder);
  });
}

const golden = (name: string) => join(import.meta.dir, "golden", name);

describe("arouter validate", () => {
  test("R310 R311 R312 R315 R317 R318 the lists of four vendors, a row for every model, nothing written", async () => {
    await validate(fourProviders(), [], async ({ code, out, err }, file) => {
      expect(code).toBe(0);
      await expectGolden(golden("validate.txt"), `${out}\n${err}`);
      expect(await readFile(file, "utf8")).toBe(fourProviders());
    });
  });

  test("R311 --json, for scripts", async () => {
    const config = `${provider("openai", "openai", "sk-openai")}${model("gpt-4o", "openai", 8)}${model("gtp-4o", "openai")}`;
    await validate(config, ["--json"], ({ code, out }) => {
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual({
        providers: [{ id: "openai", status: "listed", models: 3, problems: [], warnings: [] }],
        models: [
          { provider: "openai", model: "gpt-4o", status: "changed", old: 8, new: 128_000, meant: null },
          { provider: "openai", model: "gtp-4o", status: "not listed", old: null, new: null, meant: "gpt-4o" },
        ],
        written: null,
      });
    });
  });

  test("R310 a configuration with errors exits 1 and asks nobody", async () => {
    await validate(`${provider("openai", "openai", "sk-openai")}[[models]]\nname = "x"\n`, [], ({ code, out, err }) => {
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain('"provider"');
    });
    await validate("[providers", ["--json"], ({ code, out }) => {
      expect(code).toBe(1);
      expect(JSON.parse(out)).toHaveProperty("diagnostics");
    });
  });

  test("models that only rules name are looked up as well", async () => {
    const config = `router = { policy_file = "policies.yaml" }\n${provider("openai", "openai", "sk-openai")}${keysStand}`;
    const policies =
      "rules:\n  - name: all\n    when: {}\n    then:\n      model: gpt-4o\n      fallback_chain: [gpt-5]\n      fallback_on: [error]\n";
    await withFolder({ "arouter.toml": config, "policies.yaml": policies }, async (folder) => {
      const { code, out, err } = await runCli(["validate", "--config", join(folder, "arouter.toml")]);
      expect(code).toBe(0);
      expect(out).toContain("openai    gpt-4o    -  128000  listed\n");
      expect(err).toBe('warning: Provider "openai" does not list the model "gpt-5".\n');
    });
  });
});

describe("--write", () => {
  test.each(["arouter.toml", "new.yaml", "new.yml", "new.json"])(
    "R313 R316 %s: new contexts, no comments, references kept, and it compiles to the same",
    async (name) => {
      await validate(fourProviders(), ["--write", `FOLDER/${name}`], async ({ code }, file, folder) => {
        expect(code).toBe(0);
        const written = await readFile(join(folder, name), "utf8");
        expect(written).not.toContain("#");
        expect(written).toContain("env.OPENAI_KEY");
        for (const key of Object.values(keys)) expect(written).not.toContain(key);
        const again = await understand(join(folder, name));
        const contexts = again.ok
          ? again.ir.resolver.models.map(({ model, offers }) => [model, offers[0].contextTokens])
          : again.diagnostics;
        expect(contexts).toEqual([
          ["claude-opus-5", 1_000_000],
          ["claude-sonnet-4-5", 200_000],
          ["gemini-2.5-flash", 1_048_576],
          ["glm", 204_800],
          ["gpt-4o", 128_000],
          ["gpt-4o-mini", 64_000],
          ["gpt-4o-mnii", 64_000],
          ["qwen/qwen3", 40_960],
        ]);
        const asBefore = await withFolder({ [name]: fourProviders() }, async () => await understand(file));
        if (again.ok && asBefore.ok)
          expect(again.ir.providers.map(withoutSpan)).toEqual(asBefore.ir.providers.map(withoutSpan));
        // What was written is what the providers say.
        const { out } = await runCli(["validate", "--json", "--config", join(folder, name)], { env: keys });
        expect(out).not.toContain('"changed"');
      });
    },
  );

  test("other spellings stay: a spec around everything, camelCase, aliases of YAML", async () => {
    const config = `spec:
  # Where we ask.
  providers:
    openai: {type: openai, endpoint: "${origin}/openai", apiKey: env.OPENAI_KEY}
  models:
    - &base {name: gpt-4o, provider: openai, upstreamModel: gpt-4o, context: 8}
    - {name: other, provider: openai, upstreamModel: glm-4.6}
  auth: {mode: keys, staticKeys: &none [env.CLIENT_KEY]}
  benchmark: {enabled: false}
`;
    await validate(
      config,
      ["--write", "FOLDER/config.yaml"],
      async ({ code }, file) => {
        expect(code).toBe(0);
        expect(parseYaml(await readFile(file, "utf8"))).toEqual({
          spec: {
            providers: { openai: { type: "openai", endpoint: `${origin}/openai`, apiKey: "env.OPENAI_KEY" } },
            models: [
              { name: "gpt-4o", provider: "openai", upstreamModel: "gpt-4o", context: 128_000 },
              { name: "other", provider: "openai", upstreamModel: "glm-4.6", context: 202_752 },
            ],
            auth: { mode: "keys", staticKeys: ["env.CLIENT_KEY"] },
            benchmark: { enabled: false },
          },
        });
      },
      { name: "config.yaml" },
    );
  });

  test("a file is as secret as the one it comes from", async () => {
    await withFolder({ "arouter.toml": provider("openai", "openai", "sk-openai") }, async (folder) => {
      await chmod(join(folder, "arouter.toml"), 0o600);
      const argv = ["validate", "--config", join(folder, "arouter.toml"), "--write", join(folder, "new.toml")];
      expect((await runCli(argv)).code).toBe(0);
      expect((await stat(join(folder, "new.toml"))).mode & 0o777).toBe(0o600);
    });
  });

  test.each([
    [["--write", "new.ini"], '--write takes a file that ends in .toml, .yaml, .yml, .json, not "new.ini".'],
    [["--timeout", "5"], "--timeout takes a time such as 500ms, 10s or 1m."],
    [["--timeout", "0s"], "--timeout takes a time such as 500ms, 10s or 1m."],
    [["--dump-provider", "opneai"], '--dump-provider: there is no provider "opneai". Did you mean "openai"?'],
    [["--dump-provider", "x"], '--dump-provider: there is no provider "x". There are: openai.'],
  ])("wrong usage %p", async (argv, message) => {
    await validate(provider("openai", "openai", "sk-openai") + keysStand, argv, ({ code, out, err }) => {
      expect({ code, out, err }).toEqual({
        code: 2,
        out: "",
        err: `error: ${message}\nRun: arouter validate --help\n`,
      });
    });
  });

  test("TOML has no null", async () => {
    const config = JSON.stringify({
      providers: {
        openai: { type: "openai", base_url: `${origin}/openai`, api_key: "sk-openai", set: { user: null } },
      },
    });
    await validate(
      config,
      ["--write", "FOLDER/new.toml"],
      ({ code, err }) => {
        expect(code).toBe(2);
        expect(err).toContain("TOML has no null, which the configuration holds. Name a .yaml or .json file.");
      },
      { name: "config.json" },
    );
  });
});

describe("--dump-provider", () => {
  test("R314 repeated: only the lists as they came on standard output", async () => {
    const argv = ["--dump-provider", "router", "--dump-provider", "gemini"];
    await validate(fourProviders(), argv, ({ code, out, err }) => {
      expect(code).toBe(0);
      const pages = [openrouterList, geminiPages[""], geminiPages.t];
      expect(out).toBe(pages.map((one) => `${JSON.stringify(one)}\n`).join(""));
      expect(err).toContain("PROVIDER ");
    });
  });

  test("R317 R328 what is no list is shown, too", async () => {
    await validate(provider("html", "openai", "k"), ["--dump-provider", "html"], ({ code, out }) => {
      expect({ code, out }).toEqual({ code: 2, out: "<!doctype html><title>Sign in</title>\n" });
    });
  });
});

describe("keys", () => {
  const ways: readonly (readonly [string, () => string])[] = [
    ["a literal", () => provider("openai", "openai", "sk-openai")],
    [
      "a header of its own",
      () => provider("template", "openai", "t-1", 'auth_header = "x-team-key"\nauth_template = "Team {key}"\n'),
    ],
    [
      "client credentials",
      () =>
        `[providers.oauth]\ntype = "openai"\nbase_url = "${origin}/oauth"\n[providers.oauth.oauth]\ntoken_url = "${origin}/oauth/token"\nclient_id = "me"\nclient_secret = "s3cret"\n`,
    ],
  ];
  test.each(ways)("R318 %s", async (_name, config) => {
    await validate(config() + keysStand, [], ({ code, err }) => expect({ code, err }).toEqual({ code: 0, err: "" }), {
      env: {},
    });
  });

  test("a missing one is named with its variable", async () => {
    await validate(
      provider("openai", "openai", "env.OPENAI_KEY"),
      [],
      ({ code, err }) => {
        expect(code).toBe(2);
        expect(err).toBe(
          'error: Provider "openai" has no API key: environment variable AROUTER_OPENAI_API_KEY and environment variable OPENAI_KEY are not set or empty. Type: export OPENAI_KEY=<key>\n',
        );
      },
      { env: {} },
    );
  });

  test("one that may be missing is a warning, unless nobody is left to ask", async () => {
    const config = `startup = { allow_missing_keys = true }\n${fourProviders()}`;
    await validate(
      config,
      [],
      ({ code, err }) => {
        expect(code).toBe(0);
        expect(err).toContain('warning: Provider "openai" has no API key');
      },
      { env: { GEMINI_KEY: "AIza" } },
    );
    await validate(config, [], ({ code }) => expect(code).toBe(2), { env: {} });
  });

  test("every key of a pool is tried; a refused one is named, not shown", async () => {
    const pool = `[providers.openai]\ntype = "openai"\nbase_url = "${origin}/openai"\n[[providers.openai.keys]]\nkey = "env.GOOD"\n[[providers.openai.keys]]\nkey = "env.BAD"\n`;
    await validate(
      `${pool}${model("gpt-4o", "openai", 1)}`,
      [],
      ({ code, out, err }) => {
        expect(code).toBe(2);
        expect(out).toContain("128000  changed");
        expect(err).toBe(
          'error: Provider "openai" refuses the key in BAD (401). Set BAD to a key that is valid there.\n',
        );
      },
      { env: { GOOD: "sk-openai", BAD: "sk-bad-key" } },
    );
  });
});

describe("R328 providers that cannot be used are told apart", () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      "openai",
      "openai",
      "sk-no",
      "refuses the key in providers.openai.api_key (401). Set providers.openai.api_key to a key that is valid there.",
    ],
    ["forbidden", "openai", "k", "does not let the key in providers.forbidden.api_key list models (403)."],
    [
      "anthropic",
      "openai",
      "sk-ant",
      'speaks another API than it is configured for: ORIGIN/anthropic/v1/models gave no list (401), and the anthropic API has one there. Set type = "anthropic".',
    ],
    ["gemini", "openai", "AIza", 'the google API has one there. Set type = "google".'],
    ["openai", "anthropic", "sk-openai", 'the openai API has one there. Set type = "openai".'],
    ["nothing", "openai", "k", "answers 404 at ORIGIN/nothing/v1/models: base_url probably lacks a part of its path"],
    ["html", "openai", "k", "answers HTML, not JSON, at ORIGIN/html/v1/models: base_url leads to a web page."],
    ["odd", "openai", "k", "answers 200 with JSON that is no list of models at ORIGIN/odd/v1/models."],
    ["garbage", "openai", "k", "answers 200 with something that is no JSON at ORIGIN/garbage/v1/models."],
    ["busy", "openai", "k", "answers 429 at ORIGIN/busy/v1/models: too many requests"],
    ["broken", "openai", "k", "answers 503 at ORIGIN/broken/v1/models: it is out of order."],
    [
      "moved",
      "openai",
      "k",
      "answers 308 at ORIGIN/moved/v1/models: a redirect to ORIGIN/openai/v1/models, which is not followed",
    ],
    ["slow", "openai", "k", "did not answer within 0.2 s at ORIGIN/slow/v1/models."],
  ];
  test.each(cases)("%s as %s with the key %s: %s", async (path, type, key, message) => {
    const config = `${provider(path, type, key)}${model("m", path, 5)}`;
    await validate(config, ["--timeout", "200ms"], ({ code, out, err }) => {
      expect(code).toBe(2);
      expect(err).toContain(`error: Provider "${path}" `);
      expect(err).toContain(message.replaceAll("ORIGIN", origin));
      if (key.length > 1) expect(err).not.toContain(key);
      expect(out).toContain("not checked");
    });
  });

  test("a host that is not there, and a port where nothing listens", async () => {
    const gone = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    const { port } = gone;
    await gone.stop(true);
    const at = (id: string, url: string) => `[providers.${id}]\ntype = "openai"\nbase_url = "${url}"\napi_key = "k"\n`;
    const config = at("a", "http://gateway.invalid") + at("b", `http://127.0.0.1:${port}`);
    await validate(config, [], ({ code, err }) => {
      expect(code).toBe(2);
      expect(err).toContain('Provider "a" cannot be reached: the host gateway.invalid is not known');
      expect(err).toContain(`Provider "b" cannot be reached: nothing listens on 127.0.0.1:${port}`);
    });
  });

  test("a token endpoint that refuses", async () => {
    const config = `[providers.oauth]\ntype = "openai"\nbase_url = "${origin}/oauth"\n[providers.oauth.oauth]\ntoken_url = "${origin}/oauth/token"\nclient_id = "me"\nclient_secret = "wrong"\n`;
    await validate(config + keysStand, [], ({ code, err }) => {
      expect(code).toBe(2);
      expect(err).toBe(
        'error: Provider "oauth": The token endpoint answered 401 (invalid_client) and gave no token (oauth.token_url).\n',
      );
    });
  });
});

function withoutSpan<T extends object>({ span: _, ...rest }: T & { span?: unknown }): unknown {
  return rest;
}
