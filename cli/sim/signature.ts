import { createHmac } from "node:crypto";

/** Known to everyone who reads this file: it detects change, it keeps no secret. */
const key = "arouter simulator";
const bindingChars = 16;

/**
 * The signature of a thinking block (or the data of a redacted one): proves that the text is the simulator's own and says
 * which conversation it was made in.
 */
export function sign(prefix: string, text: string): string {
  const binding = prefix.slice(0, bindingChars);
  return Buffer.from(`sim1.${binding}.${mac(binding, text)}`).toString("base64");
}

export type Verdict = "valid" | "changed" | "other-conversation";

/** Whether a signature was made for this text and, when `prefix` is given, in this conversation. */
export function verify(signature: string, text: string, prefix: string | undefined): Verdict {
  const [version, binding = "", proof] = Buffer.from(signature, "base64").toString("latin1").split(".");
  if (version !== "sim1" || proof !== mac(binding, text)) return "changed";
  return prefix === undefined || prefix.startsWith(binding) ? "valid" : "other-conversation";
}

/** Data of a redacted block: the hidden text itself, signed. */
export function redact(prefix: string, text: string): string {
  return `${Buffer.from(text).toString("base64")}.${sign(prefix, text)}`;
}

/** The hidden text and signature of a redacted block's data; undefined when the simulator did not make it. */
export function unredact(data: string): Readonly<{ text: string; signature: string }> | undefined {
  const [text, signature, ...rest] = data.split(".");
  if (text === undefined || signature === undefined || rest.length > 0) return undefined;
  return { text: Buffer.from(text, "base64").toString(), signature };
}

function mac(binding: string, text: string): string {
  return createHmac("sha256", key).update(`${binding}\n${text}`).digest("base64url");
}
