import { isArray } from "../../json.ts";
import { declarationsOf, fieldOf, toolsOf } from "../contents.ts";
import { invalid } from "../invalid.ts";
import { fieldProblem } from "../violation-problem.ts";
import type { Law } from "./law.ts";

const path = ["toolConfig", "functionCallingConfig", "allowedFunctionNames"];

/** Which tools go together on which generation, and what a mode of calling needs. */
export const toolOptions: Law = (body, model) => {
  const functions = declarationsOf(body).map((declaration) => declaration["name"]);
  const own = toolsOf(body).some((tool) => Object.keys(tool).some((name) => name !== "functionDeclarations"));
  if (functions.length > 0 && own && model.generation < 3)
    return invalid("Tool use with function calling is unsupported by the model.");
  const mime = fieldOf(body, "generationConfig")["responseMimeType"];
  if (functions.length > 0 && mime === "application/json" && model.generation < 3)
    return invalid("Function calling with a response mime type: 'application/json' is unsupported");
  const config = fieldOf(fieldOf(body, "toolConfig"), "functionCallingConfig");
  if (Object.keys(config).length === 0) return undefined;
  if (functions.length === 0) return invalid("Function calling config is set without function_declarations.");
  const allowed = isArray(config["allowedFunctionNames"]) ? config["allowedFunctionNames"] : [];
  if (allowed.length === 0) return undefined;
  if (config["mode"] !== "ANY" && config["mode"] !== "VALIDATED")
    return fieldProblem(path, "should only be set when the function calling mode is ANY or VALIDATED.");
  const missing = allowed.findIndex((name) => !functions.includes(name));
  return missing < 0 ? undefined : fieldProblem([...path, missing], `function '${allowed[missing]}' is not declared.`);
};
