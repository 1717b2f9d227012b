import { isArray, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { contentsOf, dataOf, partsOf, turnsOf } from "../contents.ts";
import { invalid } from "../invalid.ts";
import type { GeminiModel } from "../models.ts";
import { fieldProblem } from "../violation-problem.ts";
import type { Law } from "./law.ts";

/** Each turn of calls is answered in the next one: as many responses, in the order of the calls, each with its name. */
export const functionTurns: Law = (body, model) => {
  for (const [index, content] of contentsOf(body).entries()) {
    const problem = namesProblem(content, index);
    if (problem !== undefined) return problem;
  }
  const turns = turnsOf(body);
  for (const [index, turn] of turns.entries()) {
    const problem = responsesProblem(turns[index - 1], turn, model);
    if (problem !== undefined) return problem;
  }
  return dataOf(turns.at(-1), "functionCall").length > 0 ? unanswered : undefined;
};

const unanswered = invalid("Please ensure that function response turn comes immediately after a function call turn.");

function namesProblem(content: JsonObject, index: number): Problem | undefined {
  for (const [at, part] of partsOf(content).entries()) {
    for (const field of ["functionCall", "functionResponse"]) {
      if (part[field] === undefined) continue;
      const data = dataOf({ parts: [part] }, field)[0];
      const path = ["contents", index, "parts", at, field];
      if ((data?.["name"] ?? "") === "") return fieldProblem([...path, "name"], "Name cannot be empty.");
      if (field === "functionResponse" && data?.["response"] === undefined)
        return fieldProblem([...path, "response"], "Response cannot be empty.");
    }
  }
  return undefined;
}

function responsesProblem(
  before: JsonObject | undefined,
  content: JsonObject,
  model: GeminiModel,
): Problem | undefined {
  const calls = dataOf(before, "functionCall");
  const responses = dataOf(content, "functionResponse");
  if (calls.length === 0 && responses.length === 0) return undefined;
  if (calls.length === 0 || responses.length === 0) return unanswered;
  const crowded = model.generation < 3 && partsOf(content).length > responses.length;
  if (calls.length !== responses.length || crowded) {
    return invalid(
      "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
    );
  }
  if (!calls.every((call, index) => answers(responses[index], call)))
    return invalid("Please ensure that function response parts come in the order of the function call parts.");
  const rich = responses.some((response) => isArray(response["parts"]) && response["parts"].length > 0);
  return rich && model.generation < 3
    ? invalid("Multimodal function responses are not supported for this model.")
    : undefined;
}

function answers(response: JsonObject | undefined, call: JsonObject): boolean {
  const { id } = call;
  const given = response?.["id"];
  return response?.["name"] === call["name"] && (id === undefined || given === undefined || id === given);
}
