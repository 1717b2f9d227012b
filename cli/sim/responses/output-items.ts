import { alphanumericHash } from "../hash.ts";
import type { JsonObject } from "../json.ts";
import { toolsOf } from "../openai/messages-of.ts";
import type { Said, SaidPart } from "../said.ts";
import { encrypt } from "./encrypted-content.ts";
import { includes } from "./read-prompt.ts";

type Spoken = Extract<SaidPart, { kind: "text" | "refusal" }>;
type Other = Exclude<SaidPart, Spoken>;

/** The output items of what was said (OpenAI SDK 7.55, `ResponseOutputItem`); ids depend on `seed` alone. */
export function outputItems(said: Said, body: JsonObject, seed: string): readonly JsonObject[] {
  const groups = grouped(said.parts);
  return groups.map((group, index) => {
    const cut = said.stop.kind === "length" && index === groups.length - 1;
    const status = cut ? "incomplete" : "completed";
    const unique = alphanumericHash(`${seed}:${index}`);
    return group.kind === "message"
      ? { id: `msg_${unique}`, type: "message", status, role: "assistant", content: group.parts.map(contentPart) }
      : otherItem(group, body, unique, status);
  });
}

/** Texts and refusals that follow each other are parts of one message. */
function grouped(parts: readonly SaidPart[]): readonly (Other | Readonly<{ kind: "message"; parts: Spoken[] }>)[] {
  const groups: (Other | { kind: "message"; parts: Spoken[] })[] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    if (part.kind !== "text" && part.kind !== "refusal") groups.push(part);
    else if (last?.kind === "message") last.parts.push(part);
    else groups.push({ kind: "message", parts: [part] });
  }
  return groups;
}

function contentPart(part: Spoken): JsonObject {
  if (part.kind === "refusal") return { type: "refusal", refusal: part.text };
  const annotations = (part.citations ?? []).map(({ url, title, start, end }) => ({
    type: "url_citation",
    url,
    title,
    start_index: start,
    end_index: end,
  }));
  return { type: "output_text", text: part.text, annotations, logprobs: [] };
}

function otherItem(part: Other, body: JsonObject, unique: string, status: string): JsonObject {
  switch (part.kind) {
    case "thinking":
      return reasoning(body, unique, part.text, part.text === "" ? [] : [{ type: "summary_text", text: part.text }]);
    case "redacted-thinking":
      return reasoning(body, unique, part.data, []);
    case "tool-call":
      return toolCall(part, body, unique, status);
    case "web-search": {
      const sources = includes(body, "web_search_call.action.sources")
        ? { sources: [{ type: "url", url: part.url }] }
        : {};
      const action = { type: "search", query: part.query, queries: [part.query], ...sources };
      return { id: `ws_${unique}`, type: "web_search_call", status, action };
    }
  }
}

function reasoning(body: JsonObject, unique: string, text: string, summary: readonly JsonObject[]): JsonObject {
  const id = `rs_${unique}`;
  const wanted = includes(body, "reasoning.encrypted_content");
  return { id, type: "reasoning", ...(wanted ? { encrypted_content: encrypt({ id, text }) } : {}), summary };
}

type ToolCall = Extract<SaidPart, { kind: "tool-call" }>;

function toolCall(call: ToolCall, body: JsonObject, unique: string, status: string): JsonObject {
  const space = toolsOf(body).find(
    (tool) => tool["type"] === "namespace" && toolsOf(tool).some((inner) => inner["name"] === call.name),
  );
  const named = {
    call_id: call.id,
    name: call.name,
    ...(space === undefined ? {} : { namespace: space["name"] ?? "" }),
  };
  return call.type === "json"
    ? { id: `fc_${unique}`, type: "function_call", status, ...named, arguments: call.argumentsText }
    : { id: `ctc_${unique}`, type: "custom_tool_call", status, ...named, input: call.argumentsText };
}
