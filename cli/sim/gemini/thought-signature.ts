import { canonicalJson } from "../hash.ts";
import type { JsonObject } from "../json.ts";
import { sign, verify } from "../signature.ts";

/** What the vendor lets through in place of a signature it did not make (its page on thought signatures). */
const sentinels = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];

/** The signature of a function call: of its name and arguments, so that it cannot be put on another one. */
export function signCall(prefix: string, call: JsonObject): string {
  return sign(prefix, callText(call));
}

/** The signature at the end of a text answer. */
export function signText(prefix: string): string {
  return sign(prefix, "text");
}

/** Whether a signature is the simulator's own, or a sentinel; `call` is the function call it came with, if it did with one. */
export function isGoodSignature(signature: string, call: JsonObject | undefined): boolean {
  if (sentinels.includes(signature)) return true;
  return verify(signature, call === undefined ? "text" : callText(call), undefined) === "valid";
}

function callText(call: JsonObject): string {
  return canonicalJson({ name: call["name"] ?? "", args: call["args"] ?? {} });
}
