import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { renderPretty } from "../../compiler/render.ts";
import { write } from "../../compiler/write.ts";
import type { Gateway } from "../../runtime/contract.ts";
import { importGenerated } from "../../runtime/server/import-generated.ts";
import { type Served, serve } from "../../runtime/server/serve.ts";
import { tokenizer } from "../../runtime/tokens.ts";
import type { ProfileName } from "../../schemas/profile-names.ts";

export type CompiledOptions = Readonly<{
  /** File names and their texts; the first is the configuration. */
  files: Readonly<Record<string, string>>;
  profile?: ProfileName;
  env: Readonly<Record<string, string>>;
  /** Where each provider is to be found instead of its own address. */
  upstreams: Readonly<Record<string, string>>;
  /** The last word on the compiled configuration. */
  change?: (catalog: Gateway["catalog"]) => Partial<Gateway["catalog"]>;
  lines?: string[];
}>;

/** Compiles a configuration as it is and serves it, with only its providers' addresses changed. */
export async function serveCompiled(options: CompiledOptions): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), "arouter-compiled-"));
  try {
    for (const [name, text] of Object.entries(options.files)) await writeFile(join(folder, name), text);
    const config = join(folder, Object.keys(options.files)[0] ?? "arouter.toml");
    const outDir = join(folder, "dist");
    const compiled = await compile(config, { outDir, profile: options.profile });
    if (!compiled.ok) throw new Error(renderPretty(compiled, { color: false }));
    await write(outDir, compiled.files);
    const gateway = { ...(await importGenerated(outDir)), tokenizer };
    const text = await readFile(config, "utf8");
    return await serve(withUpstreams(gateway, options), {
      // As it is when it says so itself: a test may change it while the gateway runs.
      env: "AROUTER_STORE" in options.env ? options.env : { AROUTER_STORE: "off", ...options.env },
      listen: ["127.0.0.1:0"],
      readConfigFile: () => Promise.resolve(text),
      log: options.lines === undefined ? "none" : "text",
      print: (line) => options.lines?.push(line),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function withUpstreams(gateway: Gateway, { upstreams, change }: CompiledOptions): Gateway {
  const providers = Object.entries(gateway.catalog.providers).map(([id, provider]) => [
    id,
    {
      ...provider,
      baseUrl: upstreams[id] ?? provider.baseUrl,
      ...(provider.also === undefined
        ? {}
        : { also: provider.also.map((surface) => ({ ...surface, baseUrl: upstreams[id] ?? surface.baseUrl })) }),
    },
  ]);
  const catalog = { ...gateway.catalog, providers: Object.fromEntries(providers) };
  return { ...gateway, catalog: { ...catalog, ...change?.(catalog) } };
}
