import { hash } from "../hash.ts";
import { isObject, parseJson } from "../json.ts";

/** How the vendor's own encrypted contents begin. */
const prefix = "gAAAAAB";

/** What only the vendor can read: the text, and the id of the item it belongs to. */
type Sealed = Readonly<{ id: string; text: string }>;

/** `encrypted_content` of an item. It hides nothing from whoever reads this file; it shows every change. */
export function encrypt({ id, text }: Sealed): string {
  const payload = Buffer.from(JSON.stringify({ id, text })).toString("base64url");
  return sealed(payload);
}

/** What was encrypted; undefined when the simulator did not make it, or not so. */
export function decrypt(content: string): Sealed | undefined {
  const payload = content.slice(prefix.length, -proof("").length);
  if (sealed(payload) !== content) return undefined;
  const value = parseJson(Buffer.from(payload, "base64url").toString());
  return isObject(value) ? { id: String(value["id"]), text: String(value["text"]) } : undefined;
}

function sealed(payload: string): string {
  return `${prefix}${payload}${proof(payload)}`;
}

function proof(payload: string): string {
  return hash(`arouter simulator ${payload}`);
}
