import type { Usage } from "../wire/canonical.ts";
import type { AnswerMap, UpstreamCodec } from "../wire/codec.ts";
import { parseJson } from "../wire/json.ts";
import { sseDecoder } from "../wire/sse.ts";

type Answer = Readonly<{ codec: UpstreamCodec; answer: AnswerMap; stream: boolean }>;

/** Input and output tokens that an upstream's answer reports; null when it reports none. */
export function tokensIn(text: string, answer: Answer): number | null {
  const usage = answer.stream ? streamUsage(answer, text) : wholeUsage(answer, text);
  return usage === undefined ? null : usage.uncachedInput + usage.cacheRead + usage.cacheWrite + usage.output;
}

function wholeUsage({ codec, answer }: Answer, text: string): Usage | undefined {
  const json = parseJson(text);
  const decoded = json === undefined ? undefined : codec.decodeResponse(json, answer);
  return decoded?.kind === "decoded" ? decoded.value.usage : undefined;
}

function streamUsage({ codec, answer }: Answer, text: string): Usage | undefined {
  const tap = codec.streamTap(answer);
  const decode = sseDecoder();
  for (const event of [...decode.push(new TextEncoder().encode(text)), ...decode.end()]) tap.push(event);
  return tap.usage();
}
