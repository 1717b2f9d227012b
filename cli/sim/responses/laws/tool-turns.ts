import type { JsonObject } from "../../json.ts";
import { invalid } from "../../openai/invalid.ts";
import type { Problem } from "../../reply.ts";
import { itemType } from "../request.ts";
import type { Law } from "./law.ts";

/** The two families of calls, in the vendor's words. */
const families = [
  { call: "function_call", output: "function_call_output", words: "function call" },
  { call: "custom_tool_call", output: "custom_tool_call_output", words: "custom tool call" },
] as const;

type Family = (typeof families)[number];

/** Every call is answered, once, by an output of its family further down, and nothing else is. */
export const toolTurns: Law = ({ items, earlier }) => {
  const all = [...earlier, ...items];
  for (const family of families) {
    const problem = outputProblem(all, family) ?? callProblem(all, family);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

function outputProblem(all: readonly JsonObject[], family: Family): Problem | undefined {
  const open = new Set<string>();
  const answered = new Set<string>();
  for (const item of all) {
    const id = String(item["call_id"]);
    if (itemType(item) === family.call) {
      if (open.has(id) || answered.has(id))
        return invalid(`Duplicate ${family.words} found with call_id ${id}.`, "input");
      open.add(id);
    }
    if (itemType(item) !== family.output) continue;
    if (answered.has(id)) return invalid(`Duplicate output found for ${family.words} with call_id ${id}.`, "input");
    if (!open.delete(id)) return invalid(`No tool call found for ${family.words} output with call_id ${id}.`, "input");
    answered.add(id);
  }
  return undefined;
}

function callProblem(all: readonly JsonObject[], family: Family): Problem | undefined {
  const outputs = all.filter((item) => itemType(item) === family.output).map((item) => item["call_id"]);
  const open = all.find((item) => itemType(item) === family.call && !outputs.includes(item["call_id"] ?? ""));
  return open === undefined
    ? undefined
    : invalid(`No tool output found for ${family.words} ${open["call_id"]}.`, "input");
}
