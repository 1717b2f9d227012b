import { isArray, isObject } from "../../json.ts";
import { invalid } from "../../openai/invalid.ts";
import { list } from "../../openai/violation-problem.ts";
import type { Law } from "./law.ts";

/** What reasoning models refuse, and what only they take (the vendor's reasoning guide). */
export const modelParameters: Law = ({ body }, model) => {
  const asked = isObject(body["reasoning"]) ? body["reasoning"] : {};
  const efforts = model.maxEffort ? [...model.efforts, "max"] : model.efforts;
  const { effort } = asked;
  if (!model.reasoning) {
    const param = Object.keys(asked).find((name) => asked[name] !== null);
    if (param !== undefined) return unsupported(`reasoning.${param}`, "unsupported_parameter");
    const wanted = isArray(body["include"]) ? body["include"] : [];
    return wanted.includes("reasoning.encrypted_content")
      ? invalid("Encrypted content is not supported with this model.", "include")
      : undefined;
  }
  if (typeof effort === "string" && !efforts.includes(effort)) {
    const message = `Unsupported value: '${effort}' is not supported with the '${body["model"]}' model. Supported values are: ${list(efforts)}.`;
    return invalid(message, "reasoning.effort", "unsupported_value");
  }
  if ((effort ?? model.defaultEffort) === "none") return undefined;
  for (const sampling of ["temperature", "top_p"]) {
    if ((body[sampling] ?? 1) !== 1) return unsupported(sampling, null);
  }
  return (body["top_logprobs"] ?? 0) === 0 ? undefined : unsupported("top_logprobs", null);
};

function unsupported(param: string, code: string | null) {
  return invalid(`Unsupported parameter: '${param}' is not supported with this model.`, param, code);
}
