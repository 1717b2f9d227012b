import type { JsonObject, Rejection, Request, Tool } from "../canonical.ts";
import type { EncodedRequest, UpstreamTarget } from "../codec.ts";
import { shorten } from "../names.ts";
import { notes } from "../notes.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeParameters } from "./encode-parameters.ts";
import { encodeTools } from "./encode-tools.ts";
import { traitsOf } from "./traits.ts";

/** OpenAI's limit for function names. */
const maxNameChars = 64;

/**
 * A normalised request as a Chat Completions body (openai 7.55.0 `ChatCompletionCreateParams`). The same request always
 * gives the same bytes, so that a conversation that grows keeps its cached prefix.
 */
export function encodeRequest(request: Request, target: UpstreamTarget): EncodedRequest | Rejection {
  const found = notes();
  const traits = traitsOf(target.model);
  const { vendor } = target.dialect;
  const toolName = (name: string): string => shorten(name, maxNameChars);
  const tools = encodeTools(request, { target, traits, found, toolName });
  const messages = encodeMessages(request, {
    found,
    toolName,
    vendor,
    breakpoints: vendor && traits.cacheBreakpoints,
    systemRole: vendor && traits.reasoning ? "developer" : "system",
  });
  const parameters = encodeParameters(request, tools["tools"] !== undefined, { target, traits, found });
  const body: JsonObject = { model: target.model, messages, ...tools, ...parameters };
  const answer = { toolNames: renamed(request.tools, toolName), customTools: new Set<string>(), outputTool: undefined };
  return found.rejection() ?? { kind: "encoded", body, losses: found.losses(), answer };
}

function renamed(tools: readonly Tool[], toolName: (name: string) => string): ReadonlyMap<string, string> {
  const pairs = tools.map((tool) => [toolName(tool.name), tool.name] as const);
  return new Map(pairs.filter(([sent, original]) => sent !== original));
}
