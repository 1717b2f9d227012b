import type { JsonObject, Rejection, Request, Tool } from "../canonical.ts";
import type { EncodedRequest, UpstreamTarget } from "../codec.ts";
import { shorten } from "../names.ts";
import { notes } from "../notes.ts";
import { encodeInput } from "./encode-items.ts";
import { encodeParameters } from "./encode-parameters.ts";
import { encodeTools } from "./encode-tools.ts";
import { traitsOf } from "./traits.ts";

/** OpenAI's limit for function names. */
const maxNameChars = 64;

/**
 * A normalised request as a Responses body (openai 7.55.0 `ResponseCreateParams`). Nothing is kept at the upstream, so
 * reasoning comes back encrypted. The same request always gives the same bytes.
 */
export function encodeRequest(request: Request, target: UpstreamTarget): EncodedRequest | Rejection {
  const found = notes();
  const traits = traitsOf(target.model);
  const toolName = (name: string): string => shorten(name, maxNameChars);
  const conversation = encodeInput(request, {
    found,
    toolName,
    breakpoints: traits.cacheBreakpoints,
    dialect: target.dialect,
  });
  const tools = encodeTools(request, { found, toolName });
  const parameters = encodeParameters(request, { target, traits, found });
  const body: JsonObject = { model: target.model, ...conversation, ...tools, ...parameters };
  const answer = {
    toolNames: renamed(request.tools, toolName),
    customTools: new Set<string>(),
    outputTool: undefined,
    ...(request.stop.length === 0 ? {} : { localStop: request.stop }),
  };
  return found.rejection() ?? { kind: "encoded", body, losses: found.losses(), answer };
}

function renamed(tools: readonly Tool[], toolName: (name: string) => string): ReadonlyMap<string, string> {
  const pairs = tools.map((tool) => [toolName(tool.name), tool.name] as const);
  return new Map(pairs.filter(([sent, original]) => sent !== original));
}
