/** One server-sent event. */
export type Frame = Readonly<{
  event?: string;
  data: string;
  /** Part of how the API says "complete": `[DONE]`, `message_stop`. */
  terminator?: boolean;
  /** Text to send word for word instead of `event` and `data`. */
  raw?: string;
}>;

/** An HTTP answer before framing and faults. */
export type Reply = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body:
    | Readonly<{ kind: "whole"; bytes: string | Uint8Array }>
    | Readonly<{
        kind: "events";
        frames: readonly Frame[];
        /** The error event in place of event `index`, where the vendor's one for all streams will not do. */
        errorFrame?: (index: number) => Frame;
        /** The event in place of event `index` by which the answer itself is said to have failed, where there is one. */
        failedFrame?: (index: number) => Frame;
      }>;
}>;

/** Why a request is turned down, in words the vendors' error bodies are made of. */
export type Problem = Readonly<{
  status: number;
  /** `error.type`; Gemini's `error.status`. */
  type: string;
  message: string;
  /** OpenAI only. */
  param?: string | null;
  /** OpenAI's `error.code`; Anthropic's `error.details.error_code`; the reason of Gemini's ErrorInfo. */
  code?: string | null;
  /** Seconds, for Gemini's RetryInfo. */
  retryAfter?: string;
}>;
