import type { Dialect } from "../../contract.ts";
import type { Block, Json, JsonObject, Rejection, Request } from "../canonical.ts";
import type { AnswerMap, EncodedRequest, UpstreamTarget } from "../codec.ts";
import { lacks } from "../lacks.ts";
import { sha256Hex, shorten } from "../names.ts";
import { type Notes, notes } from "../notes.ts";
import { arrange } from "./arrange.ts";
import { cacheMarks, cachesItself, countMarks, withLastMarked } from "./cache-marks.ts";
import { type BlockEncoding, encodeBlock, encodeTurn } from "./encode-blocks.ts";
import { type OutputPlan, planOutput } from "./encode-output.ts";
import { planReasoning, type ReasoningPlan, stripThinking } from "./encode-reasoning.ts";
import { encodeSampling } from "./encode-sampling.ts";
import { encodeTool, planTools, type ToolPlan } from "./encode-tools.ts";
import { type Traits, traitsOf } from "./traits.ts";

const maxNameChars = { vendor: 128, compatible: 64 } as const;
const maxUserIdChars = 256;

/**
 * A normalised request as a body for `POST /v1/messages`. Shapes and limits: @anthropic-ai/sdk 1.11 types; version
 * 2023-06-01, the one every server of this API knows.
 */
export function encodeRequest(request: Request, target: UpstreamTarget): EncodedRequest | Rejection {
  const found = notes(target.places);
  const traits = traitsOf(target);
  const { system, turns } = arrange(request, target.model, traits, found);
  const isCached = cachesItself(request, target.dialect, turns);
  const reasoning = planReasoning(request, traits, turns, found);
  const canForce = traits.forcedTool && !reasoning.manual;
  const plan: Plan = {
    request,
    traits,
    reasoning,
    system: isCached ? withLastMarked(system) : system,
    isCached,
    turns: stripThinking(turns, reasoning, traits, found),
    tools: planTools(withParallel(request, target.dialect, found), turns, canForce, found),
    output: planOutput(request.format, request.tools, traits, canForce, found),
    wireName: (name) => shorten(name, target.dialect.vendor ? maxNameChars.vendor : maxNameChars.compatible),
  };
  if (plan.tools.tools.length > 0 && lacks(target.dialect, "tools")) {
    found.reject(
      "tools_unsupported",
      "tools",
      "tools: this model calls no tools; remove them or use a model that does",
    );
  }
  const body = encodeBody(plan, target, found);
  const rejection = found.rejection();
  if (rejection !== undefined) return rejection;
  return { kind: "encoded", body, losses: found.losses(), answer: answerMap(plan, target.dialect) };
}

/** The request without a wish that the server has no field for. */
function withParallel(request: Request, dialect: Dialect, found: Notes): Request {
  if (request.parallelToolCalls !== false || !lacks(dialect, "parallel-tools")) return request;
  found.lose("dropped", "parallel_tool_calls");
  return { ...request, parallelToolCalls: undefined };
}

type Plan = Readonly<{
  request: Request;
  traits: Traits;
  reasoning: ReasoningPlan;
  system: readonly Block[];
  /** The end of the conversation is marked, wherever that is. */
  isCached: boolean;
  turns: Request["turns"];
  tools: ToolPlan;
  output: OutputPlan;
  wireName: (name: string) => string;
}>;

/** Cache marks are counted in prompt order, so tools come before system and system before messages. */
function encodeBody(plan: Plan, { model, dialect }: UpstreamTarget, found: Notes): JsonObject {
  const { request, traits, reasoning } = plan;
  const marks = cacheMarks(countMarks(plan.tools.tools, plan.system, plan.turns), found);
  const encoding: BlockEncoding = { found, marks, dialect, wireName: plan.wireName };
  const tools = encodeTools(plan, encoding);
  const system = encodeSystem(plan, encoding);
  const messages = plan.turns.map((turn) => encodeTurn(turn, encoding));
  const stop = request.stop.filter((sequence) => sequence.trim() !== "");
  if (stop.length < request.stop.length) found.lose("dropped", "stop");
  return {
    model,
    max_tokens: reasoning.maxTokens,
    ...(system.length === 0 ? {} : { system }),
    messages,
    ...(plan.isCached ? { cache_control: { type: "ephemeral" } } : {}),
    ...tools,
    ...(reasoning.thinking === undefined ? {} : { thinking: reasoning.thinking }),
    ...outputConfig(plan),
    ...encodeSampling(request, traits, reasoning, found),
    ...(stop.length === 0 || lacks(dialect, "stop") ? {} : { stop_sequences: stop }),
    ...(request.userId === undefined ? {} : { metadata: { user_id: opaqueUserId(request.userId) } }),
    ...serviceTier(request.serviceTier, found),
    ...(request.stream ? { stream: true } : {}),
  };
}

function encodeTools(plan: Plan, encoding: BlockEncoding): JsonObject {
  const { tools, choice } = plan.tools;
  const encoded = tools.flatMap(
    (tool) => encodeTool(tool, plan.wireName, plan.traits, encoding.marks, encoding.found) ?? [],
  );
  if (plan.output.kind === "tool") {
    return { tools: [plan.output.tool], tool_choice: { type: "tool", name: plan.output.name } };
  }
  if (encoded.length === 0) return {};
  const named = typeof choice?.["name"] === "string" ? { ...choice, name: plan.wireName(choice["name"]) } : choice;
  return { tools: encoded, ...(named === undefined ? {} : { tool_choice: named }) };
}

function encodeSystem(plan: Plan, encoding: BlockEncoding): readonly Json[] {
  const blocks = plan.system.flatMap((block) => {
    if (block.kind === "text") return encodeBlock(block, encoding) ?? [];
    encoding.found.reject("unsupported_content", "messages", "messages: a system message can hold text only", block);
    return [];
  });
  return plan.output.kind === "instruction" ? [...blocks, { type: "text", text: plan.output.text }] : blocks;
}

function outputConfig({ reasoning, output }: Plan): JsonObject {
  const effort = reasoning.effort === undefined ? {} : { effort: reasoning.effort };
  const format = output.kind === "format" ? { format: { type: "json_schema", schema: output.schema } } : {};
  const config: JsonObject = { ...effort, ...format };
  return Object.keys(config).length === 0 ? {} : { output_config: config };
}

const tiers = {
  auto: "auto",
  default: "standard_only",
  priority: "auto",
  scale: "auto",
  flex: "standard_only",
} as const;

function serviceTier(tier: Request["serviceTier"], found: Notes): JsonObject {
  if (tier === undefined) return {};
  if (tier === "flex") found.lose("downgraded", "service_tier");
  return { service_tier: tiers[tier] };
}

/** The API asks for an opaque id; what looks like an e-mail address or a telephone number is hashed. */
function opaqueUserId(userId: string): string {
  const isPersonal = userId.includes("@") || /^\+?[\d\s().-]{7,}$/.test(userId);
  return isPersonal || userId.length > maxUserIdChars ? sha256Hex(userId) : userId;
}

function answerMap({ request, tools: { tools }, output, wireName }: Plan, dialect: Dialect): AnswerMap {
  const renamed = tools.filter((tool) => tool.kind !== "hosted" && wireName(tool.name) !== tool.name);
  const custom = tools.filter((tool) => tool.kind === "custom");
  return {
    toolNames: new Map(renamed.map((tool) => [wireName(tool.name), tool.name])),
    customTools: new Set(custom.map((tool) => wireName(tool.name))),
    outputTool: output.kind === "tool" ? output.name : undefined,
    localStop: request.stop.length > 0 && lacks(dialect, "stop") ? request.stop : undefined,
    inclusiveUsage: dialect.inclusiveUsage,
  };
}
