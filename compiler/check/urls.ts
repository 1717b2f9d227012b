import { urlProblem } from "../base-url.ts";
import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { type Path, spanAt } from "../node.ts";

/** URLs are absolute and hold nothing but host, port and path. */
export const urls: Rule = ({ config }) => {
  const { providers = {}, telemetry } = config.value;
  const written: readonly Readonly<{ url: string | undefined; path: Path; protocols: readonly string[] }>[] = [
    ...Object.entries(providers).map(([name, { base_url }]) => ({
      url: base_url,
      path: ["providers", name, "base_url"],
      protocols: ["https:", "http:"],
    })),
    {
      url: telemetry?.otlp_endpoint,
      path: ["telemetry", "otlp_endpoint"],
      protocols: ["http:", "https:", "grpc:", "grpcs:"],
    },
  ];
  return written.flatMap(({ url, path, protocols }) => {
    const problem = url === undefined ? undefined : urlProblem(url, protocols);
    if (problem === undefined) return [];
    return [diagnostic("AR206", spanAt(config.root, path), `The URL in ${JSON.stringify(path.at(-1))} ${problem}.`)];
  });
};
