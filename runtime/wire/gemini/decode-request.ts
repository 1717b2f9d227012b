import type { Json, JsonObject, Rejection, Request } from "../canonical.ts";
import type { Decoded } from "../codec.ts";
import { filledString, isObject, lookup } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { placesIn } from "../places.ts";
import { decodeContents, decodeSystem } from "./decode-contents.ts";
import { decodeParameters } from "./decode-parameters.ts";
import { decodeTools } from "./decode-tools.ts";
import { camelCase, field } from "./field.ts";
import { fieldPlaces } from "./field-places.ts";

/** A generateContent request body (what @google/genai 3.1.0 sends) in the neutral form. Names may be in snake case. */
export function decodeRequest(body: JsonObject): Decoded<Request> | Rejection {
  const found = notes();
  const model = filledString(body["model"]);
  if (model === undefined) found.reject("invalid_value", "model", "model: the URL must name a model");
  for (const name of ["generationConfig", "toolConfig"]) {
    const value = field(body, name);
    if (value !== undefined && !isObject(value)) found.reject("invalid_type", name, `${name}: must be an object`);
  }
  const value: Request = {
    model: model ?? "",
    system: decodeSystem(body, found),
    turns: decodeContents(body, found),
    ...decodeTools(body, found),
    ...decodeParameters(body, found),
  };
  for (const [name, setting] of Object.entries(body)) noteUncarried(camelCase(name), setting, found);
  const places = placesIn(body, fieldPlaces, found.marks);
  return found.rejection() ?? { kind: "decoded", value, losses: found.losses(), places };
}

/** Fields read above, and those that tune Google's own service and change no text. */
const carried: ReadonlySet<string> = new Set([
  ...["model", "stream", "contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "serviceTier"],
  ...["safetySettings", "labels", "store"],
]);

/** Without these the model would see another conversation, so the request is not sent at all. */
const refused: Readonly<Record<string, string>> = {
  cachedContent: "is kept at Google; send its contents in the request",
  continuationToken: "is kept at Google; send the conversation so far",
};

function noteUncarried(name: string, value: Json, found: Notes): void {
  if (value === null || carried.has(name)) return;
  const rule = lookup(refused, name);
  if (rule === undefined) found.lose("unknown_field", name);
  else if (value !== "") found.reject(`${name}_unsupported`, name, `${name}: ${rule}`);
}
