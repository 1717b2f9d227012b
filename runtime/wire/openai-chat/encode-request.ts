import type { JsonObject, Rejection, Request, Tool } from "../canonical.ts";
import type { AnswerMap, EncodedRequest, UpstreamTarget } from "../codec.ts";
import { lacks } from "../lacks.ts";
import { shorten } from "../names.ts";
import { notes } from "../notes.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeParameters, localStop } from "./encode-parameters.ts";
import { encodeTools } from "./encode-tools.ts";
import { jsonReminder, planFormat, withInstruction } from "./plan-format.ts";
import { type ModelTraits, traitsOf } from "./traits.ts";

/** OpenAI's limit for function names. */
const maxNameChars = 64;

/**
 * A normalised request as a Chat Completions body (openai 7.55.0 `ChatCompletionCreateParams`). The same request always
 * gives the same bytes, so that a conversation that grows keeps its cached prefix.
 */
export function encodeRequest(request: Request, target: UpstreamTarget): EncodedRequest | Rejection {
  const found = notes(target.places);
  const traits = traitsOf(target.model);
  const { dialect } = target;
  const { vendor } = dialect;
  const toolName = (name: string): string => shorten(name, maxNameChars);
  const wrapsCustom = lacks(dialect, "custom-tools");
  const tools = encodeTools(request, { target, traits, found, toolName });
  const format = planFormat(request.format, dialect);
  if (format.instruction !== undefined) found.lose("not_enforced", "response_format");
  const messages = encodeMessages(withInstruction(request, format.instruction ?? jsonReminder(request)), {
    found,
    toolName,
    wrapsCustom,
    vendor,
    dialect,
    breakpoints: vendor && traits.cacheBreakpoints,
    systemRole: systemRole(target, traits),
  });
  const parameters = encodeParameters(request, tools["tools"] !== undefined, { target, traits, found });
  const body: JsonObject = { model: target.model, messages, ...tools, ...parameters };
  const custom = wrapsCustom ? request.tools.filter((tool) => tool.kind === "custom") : [];
  const answer: AnswerMap = {
    toolNames: renamed(request.tools, toolName),
    customTools: new Set(custom.map((tool) => toolName(tool.name))),
    outputTool: undefined,
    localStop: localStop(request.stop, { target, traits, found }),
    thinkTags: dialect.thinkTags,
    inclusiveUsage: dialect.inclusiveUsage,
  };
  return found.rejection() ?? { kind: "encoded", body, losses: found.losses(), answer };
}

function systemRole({ dialect }: UpstreamTarget, traits: ModelTraits): "system" | "developer" {
  const { systemRole: role = "auto", vendor } = dialect;
  if (role !== "auto") return role;
  return vendor && traits.reasoning ? "developer" : "system";
}

function renamed(tools: readonly Tool[], toolName: (name: string) => string): ReadonlyMap<string, string> {
  const pairs = tools.map((tool) => [toolName(tool.name), tool.name] as const);
  return new Map(pairs.filter(([sent, original]) => sent !== original));
}
