import type { Ast } from "../ast.ts";
import { urlProblem } from "../base-url.ts";
import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type MapNode, type Path, spanAt } from "../node.ts";

const web = ["https:", "http:"];

/** URLs are absolute and hold nothing but host, port and path. */
export const urls: Rule = ({ config }) => {
  const { providers = {}, telemetry } = config.value;
  const written: readonly Readonly<{ url: string | undefined; path: Path; protocols: readonly string[] }>[] = [
    ...Object.entries(providers).flatMap(([name, { base_url, oauth, also = [] }]) => [
      { url: base_url, path: ["providers", name, "base_url"], protocols: web },
      { url: oauth?.token_url, path: ["providers", name, "oauth", "token_url"], protocols: web },
      ...also.map(({ base_url: url }, index) => ({
        url,
        path: ["providers", name, "also", index, "base_url"],
        protocols: web,
      })),
    ]),
    {
      url: telemetry?.otlp_endpoint,
      path: ["telemetry", "otlp_endpoint"],
      protocols: ["http:", "https:", "grpc:", "grpcs:"],
    },
  ];
  return [
    ...paths(config),
    ...written.flatMap(({ url, path, protocols }) => {
      const problem = url === undefined ? undefined : urlProblem(url, protocols);
      if (problem === undefined) return [];
      return [diagnostic("AR206", spanAt(config.root, path), `The URL in ${JSON.stringify(path.at(-1))} ${problem}.`)];
    }),
  ];
};

/** What is put after `base_url` must leave the host alone. */
function paths({ value, root }: Ast["config"]): readonly Diagnostic[] {
  return Object.entries(value.providers ?? {}).flatMap(([name, { path, also = [] }]) => [
    ...pathProblem(path, root, ["providers", name, "path"]),
    ...also.flatMap((one, index) => pathProblem(one.path, root, ["providers", name, "also", index, "path"])),
  ]);
}

function pathProblem(written: string | undefined, root: MapNode, path: Path): readonly Diagnostic[] {
  if (written === undefined || /^\/(?!\/)[\x21\x24-\x5b\x5d-\x7e]*$/.test(written)) return [];
  const message = 'A path begins with one "/" and has no spaces and no fragment.';
  return [diagnostic("AR206", spanAt(root, path), message, { hint: 'Write it like "/v1/messages".' })];
}
