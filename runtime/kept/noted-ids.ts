import { filledString, isObject, parseJson } from "../wire/json.ts";

/** Members that name things of the same account (openai 7.55.0 `Batch`; Google's files are named `files/<id>`). */
const members = ["id", "output_file_id", "error_file_id"] as const;

/** The ids of things that an answer describes, so that later requests for them go to the same account. */
export function notedIds(text: string): readonly string[] {
  const body = parseJson(text);
  if (!isObject(body)) return [];
  const file = isObject(body["file"]) ? body["file"] : body;
  const name = filledString(file["name"]);
  const named = name?.startsWith("files/") === true ? [name.slice("files/".length)] : [];
  return [...members.map((member) => filledString(body[member])), ...named].filter((id) => id !== undefined);
}
