import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { renderPretty } from "../../compiler/render.ts";
import { write } from "../../compiler/write.ts";
import { fetchSlots } from "../../runtime/upstream/fetch-slots.ts";
import { type GatewayProcess, spawnGateway } from "./spawn-gateway.ts";

/** Where generated code finds `arouter/runtime`. */
const cache = join(import.meta.dir, "../../node_modules/.cache");

type CompiledProcessOptions = Readonly<{
  /** Text of arouter.toml. */
  config: string;
  /** With the providers' keys. */
  env: Readonly<Record<string, string>>;
  listen?: string;
  /** Further words of the command line. */
  flags?: readonly string[];
}>;

/** Compiles a configuration and serves it as users do, with `bun run dist/gateway`. Throws the compiler's words on a bad one. */
export async function spawnCompiled(options: CompiledProcessOptions): Promise<GatewayProcess> {
  const { config, env, listen = "127.0.0.1:0", flags = [] } = options;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "spawned-"));
  const file = join(folder, "arouter.toml");
  const dist = join(folder, "dist/gateway");
  await writeFile(file, config);
  const compiled = await compile(file, { outDir: dist });
  if (!compiled.ok) throw new Error(renderPretty(compiled, { color: false }));
  await write(dist, compiled.files);
  const command = [process.execPath, "run", dist, "--listen", listen, "--log", "none", ...flags];
  const gateway = await spawnGateway(command, {
    env: { ...process.env, [fetchSlots.variable]: fetchSlots.count, AROUTER_STORE: "off", ...env },
  });
  return {
    ...gateway,
    stop: async () => {
      const code = await gateway.stop();
      await rm(folder, { recursive: true });
      return code;
    },
  };
}
