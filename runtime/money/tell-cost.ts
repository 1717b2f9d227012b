import type { WireFormat } from "../contract.ts";
import type { RequestMoney } from "./request-money.ts";
import { usd } from "./usd.ts";

/** The headers that tell a client what its request cost and saved; those that nobody knows are absent. */
export function costHeaders({ costNanos, savedNanos }: RequestMoney): Readonly<Record<string, string>> {
  return {
    ...(costNanos === undefined ? {} : { "x-arouter-cost-usd": usd(costNanos) }),
    ...(savedNanos === undefined ? {} : { "x-arouter-cost-saved-usd": usd(savedNanos) }),
  };
}

/** Whose official clients read past comments behind the end of a stream (test/conformance/cost-comments.test.ts). */
const takesComments = {
  "openai-chat": true,
  "openai-responses": true,
  "anthropic-messages": true,
  gemini: false,
} as const satisfies Record<WireFormat, boolean>;

/** The same at the end of a stream, as comments (WHATWG HTML, section 9.2.6); empty for clients that would stumble over them. */
export function costComments(money: RequestMoney, client: WireFormat): string {
  if (!takesComments[client]) return "";
  const lines = Object.entries(costHeaders(money)).map(([name, value]) => `: ${name}: ${value}\n`);
  return lines.length === 0 ? "" : `${lines.join("")}\n`;
}
