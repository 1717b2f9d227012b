import { tokensIn } from "../../runtime/log/tokens-in.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import type { Outcome, RecordedRequest } from "./recorded-exchange.ts";

/** Where and how requests are sent again. */
export type Target = Readonly<{
  /** The gateway's, without a path. */
  url: string;
  /** Its client key. */
  key: string;
  /** Instead of the one that was asked then. */
  model: string | undefined;
  /** Whether the gateway's rules decide anew; else the model that was asked then is asked again. */
  withPolicy: boolean;
  /** Milliseconds on any clock. */
  now: () => number;
}>;

/** What came of it this time. */
export type Replayed = Outcome &
  Readonly<{
    /** The model that answered, as the gateway says. */
    served: string | null;
    costUsd: number | null;
  }>;

/** Sends a recorded request to a gateway as its client would, and reads the whole answer. Rejects when nobody answers. */
export async function sendAgain(request: RecordedRequest, target: Target): Promise<Replayed> {
  const model = target.model ?? `${request.provider}/${request.model}`;
  const startedMs = target.now();
  const response = await fetch(target.url + pathOf(request, model), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${target.key}`,
      ...(target.withPolicy ? {} : { "x-arouter-no-policy": "1" }),
    },
    body: JSON.stringify(request.format === "gemini" ? request.body : { ...request.body, model }),
  });
  const text = await response.text();
  const answer = { codec: codecs[request.format], answer: emptyAnswerMap, stream: request.stream };
  return {
    status: response.status,
    tokens: response.ok ? tokensIn(text, answer) : null,
    ms: target.now() - startedMs,
    served: response.headers.get("x-arouter-model-served"),
    costUsd: costIn(response.headers, text),
  };
}

function pathOf({ format, endpoint, stream }: RecordedRequest, model: string): string {
  if (format !== "gemini") return `/v1/${endpoint}`;
  return `/v1beta/models/${encodeURIComponent(model)}${endpoint}${stream ? "?alt=sse" : ""}`;
}

/** In a header of a whole answer, in a comment behind the end of a stream. */
function costIn(headers: Headers, text: string): number | null {
  const written = headers.get(costName) ?? new RegExp(`^: ${costName}: (\\S+)$`, "m").exec(text)?.[1];
  return written === undefined || written === null ? null : Number(written);
}

const costName = "x-arouter-cost-usd";
