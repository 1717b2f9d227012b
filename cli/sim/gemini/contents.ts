import { isArray, isObject, type Json, type JsonObject } from "../json.ts";

/** The contents of a body. */
export function contentsOf(body: JsonObject): readonly JsonObject[] {
  return objects(body["contents"]);
}

/** The turns of a body: contents of one role that follow each other are one turn, as the vendor's SDK sends back a stream. */
export function turnsOf(body: JsonObject): readonly JsonObject[] {
  const turns: JsonObject[] = [];
  for (const content of contentsOf(body)) {
    const last = turns.at(-1);
    const same = last !== undefined && isModel(last) === isModel(content);
    if (same) turns.splice(-1, 1, { ...last, parts: [...partsOf(last), ...partsOf(content)] });
    else turns.push(content);
  }
  return turns;
}

/** The parts of a content. */
export function partsOf(content: JsonObject | undefined): readonly JsonObject[] {
  return objects(content?.["parts"]);
}

/** Whether a content is the model's; all else, responses of functions included, is the user's. */
export function isModel(content: JsonObject | undefined): boolean {
  return content?.["role"] === "model";
}

/** The objects under a field of the parts of a content, such as its function calls. */
export function dataOf(content: JsonObject | undefined, field: string): readonly JsonObject[] {
  return partsOf(content).flatMap((part) => (isObject(part[field]) ? [part[field]] : []));
}

/** All function declarations, over all tools. */
export function declarationsOf(body: JsonObject): readonly JsonObject[] {
  return toolsOf(body).flatMap((tool) => objects(tool["functionDeclarations"]));
}

/** The tools of a body. */
export function toolsOf(body: JsonObject): readonly JsonObject[] {
  return objects(body["tools"]);
}

/** An object under a field; empty when there is none. */
export function fieldOf(holder: JsonObject, name: string): JsonObject {
  const value = holder[name];
  return isObject(value) ? value : {};
}

function objects(list: Json | undefined): readonly JsonObject[] {
  return isArray(list) ? list.filter(isObject) : [];
}
