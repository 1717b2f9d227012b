import type { Endpoint } from "../api.ts";
import type { JsonObject } from "../json.ts";
import { jsonReply } from "../json-reply.ts";
import type { Problem } from "../reply.ts";
import { idPage } from "./id-page.ts";
import { claudeModel, listedClaudeModels } from "./models.ts";

const createdAt = "2026-01-01T00:00:00Z";

/** `GET /v1/models` and `GET /v1/models/{id}` (Anthropic SDK 1.11, `ModelInfo`). */
export const modelEndpoints: readonly Endpoint[] = [
  {
    method: "GET",
    path: /^\/v1\/models$/,
    takes: "nothing",
    runsModel: false,
    answer: ({ query, state }) => jsonReply(idPage(offered(state.settings.models).map(modelInfo), query)),
  },
  {
    method: "GET",
    path: /^\/v1\/models\/(?<id>.+)$/,
    takes: "nothing",
    runsModel: false,
    check: ({ params, state }) => {
      const id = params["id"] ?? "";
      return offered(state.settings.models).includes(id) ? undefined : noModel(id);
    },
    answer: ({ params }) => jsonReply(modelInfo(params["id"] ?? "")),
  },
];

function offered(models: readonly string[] | undefined): readonly string[] {
  return models ?? listedClaudeModels;
}

/** The vendor's refusal of a model it does not have: none of `models`, or another vendor's by its name. */
export function modelMissing(id: string, models: readonly string[] | undefined): Problem | undefined {
  const known = models === undefined ? id.startsWith("claude") : models.includes(id);
  return known ? undefined : noModel(id);
}

/** The 404 for a model. */
function noModel(id: string): Problem {
  return { status: 404, type: "not_found_error", message: `model: ${id}` };
}

function modelInfo(id: string): JsonObject {
  const model = claudeModel(id);
  return {
    type: "model",
    id,
    display_name: id,
    created_at: createdAt,
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    line: id.match(/haiku|sonnet|opus|fable|mythos/)?.[0] ?? null,
    max_input_tokens: 200_000,
    max_tokens: model.maxOutputTokens,
    capabilities: capabilities(id),
  };
}

function capabilities(id: string): JsonObject {
  const model = claudeModel(id);
  const yes = { supported: true };
  const no = { supported: false };
  const can = (supported: boolean) => ({ supported });
  const effort = (name: string) => can(model.efforts.includes(name));
  const thinks = (type: Parameters<typeof model.thinkingTypes.includes>[0]) => can(model.thinkingTypes.includes(type));
  return {
    batch: no,
    citations: no,
    code_execution: no,
    context_management: {
      supported: false,
      clear_thinking_20251015: no,
      clear_tool_uses_20250919: no,
      compact_20260112: no,
    },
    effort: {
      supported: model.efforts.length > 0,
      low: effort("low"),
      medium: effort("medium"),
      high: effort("high"),
      xhigh: effort("xhigh"),
      max: effort("max"),
    },
    image_input: yes,
    pdf_input: yes,
    server_tools: { supported: false, code_execution: no, web_search: no },
    structured_outputs: can(model.structured),
    thinking: {
      supported: true,
      types: {
        adaptive: thinks("adaptive"),
        between_tools: thinks("between_tools"),
        disabled: thinks("disabled"),
        enabled: thinks("enabled"),
      },
    },
  };
}
