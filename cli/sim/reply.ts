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
    | Readonly<{ kind: "events"; frames: readonly Frame[] }>;
}>;

/** Why a request is turned down, in words both vendors' error bodies are made of. */
export type Problem = Readonly<{
  status: number;
  type: string;
  message: string;
  /** OpenAI only. */
  param?: string | null;
  /** OpenAI's `error.code`; Anthropic's `error.details.error_code`. */
  code?: string | null;
}>;
