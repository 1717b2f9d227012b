import type { Dialect } from "../../contract.ts";
import type { Block, JsonObject, Rejection, Request, Tool } from "../canonical.ts";
import type { AnswerMap, EncodedRequest, UpstreamTarget } from "../codec.ts";
import { lacks } from "../lacks.ts";
import { type Notes, notes } from "../notes.ts";
import { type FormatPlan, planFormat } from "../openai-chat/plan-format.ts";
import { arrange } from "./arrange.ts";
import { type ContentEncoding, encodeContents, encodeParts } from "./encode-contents.ts";
import { encodeParameters } from "./encode-parameters.ts";
import { encodeTools } from "./encode-tools.ts";
import { wireName } from "./tool-name.ts";
import { type Traits, traitsOf } from "./traits.ts";

/**
 * A normalised request as a body for `generateContent` (types of @google/genai 3.1.0). The model is named by the URL. The
 * same request always gives the same bytes, so that a conversation that grows keeps its cached prefix.
 */
export function encodeRequest(request: Request, target: UpstreamTarget): EncodedRequest | Rejection {
  const found = notes(target.places);
  const traits = traitsOf(target.model);
  const encoding: ContentEncoding = { target, traits, found };
  const tools = encodeTools(request, encoding);
  const format = formatPlan(request, traits, target.dialect);
  if (format.instruction !== undefined) found.lose("not_enforced", "response_format");
  const { system, turns } = arrange(withInstruction(request, format.instruction), traits, found);
  const generationConfig = encodeParameters(request, format.sent, encoding);
  const body: JsonObject = {
    ...(system.length === 0 ? {} : { systemInstruction: { parts: encodeSystem(system, encoding) } }),
    contents: encodeContents(turns, encoding),
    ...tools,
    ...(Object.keys(generationConfig).length === 0 ? {} : { generationConfig }),
    ...serviceTier(request.serviceTier, target.dialect, found),
  };
  return found.rejection() ?? { kind: "encoded", body, losses: found.losses(), answer: answerMap(request, target) };
}

/** Before Gemini 3 a model with tools cannot be made to answer in JSON, so it is asked to in words. */
function formatPlan(request: Request, traits: Traits, dialect: Dialect): FormatPlan {
  if (traits.mixes || request.tools.length === 0) return planFormat(request.format, dialect);
  return planFormat(request.format, { ...dialect, lacks: ["json-schema", "json-object"] });
}

/** What has to be said in words is the last thing the system says before the conversation. */
function withInstruction(request: Request, instruction: string | undefined): Request {
  if (instruction === undefined) return request;
  return { ...request, system: [...request.system, { kind: "text", text: instruction }] };
}

function encodeSystem(blocks: readonly Block[], encoding: ContentEncoding): readonly JsonObject[] {
  const other = blocks.find((block) => block.kind !== "text");
  if (other !== undefined) {
    encoding.found.reject("unsupported_content", "messages", "messages: a system message can hold text only", other);
  }
  return encodeParts(blocks, encoding);
}

const tiers = { default: "standard", flex: "flex", priority: "priority" } as const;

/** What a tier of OpenAI's stands for; `auto`, and a contract with OpenAI, are nothing that Google could be told. */
function serviceTier(tier: Request["serviceTier"], dialect: Dialect, found: Notes): JsonObject {
  if (tier === undefined || tier === "auto" || (tier === "default" && !dialect.vendor)) return {};
  if (tier !== "scale" && dialect.vendor) return { serviceTier: tiers[tier] };
  found.lose("dropped", "service_tier");
  return {};
}

function answerMap({ tools, stop }: Request, { dialect }: UpstreamTarget): AnswerMap {
  const called = tools.filter((tool) => tool.kind !== "web-search");
  const renamed = called.filter((tool) => wireName(tool.name) !== tool.name);
  const isCustom = (tool: Tool): boolean => tool.kind === "custom";
  return {
    toolNames: new Map(renamed.map((tool) => [wireName(tool.name), tool.name])),
    customTools: new Set(called.filter(isCustom).map((tool) => wireName(tool.name))),
    outputTool: undefined,
    ...(lacks(dialect, "stop") && stop.length > 0 ? { localStop: stop } : {}),
  };
}
