import type { Dialect, WireFormat } from "../../../runtime/contract.ts";
import type { Json, JsonObject } from "../../../runtime/wire/canonical.ts";
import type { AnswerMap } from "../../../runtime/wire/codec.ts";

/**
 * Translations as data. `from` is the format of what comes in, `to` that of what goes out: of a request the client's and the
 * upstream's, of an answer the other way round. What is expected may hold bun's matchers (`expect.any(Number)`, …).
 */
type Common = Readonly<{ id: string; title: string; from: WireFormat; to: WireFormat }>;

/** A client's request, as an upstream is sent it. */
export type RequestVector = Common &
  Readonly<{
    kind: "request";
    model: string;
    body: JsonObject;
    dialect?: Dialect;
    /** Members of the upstream's body, each exactly as given. */
    sent?: Readonly<Record<string, unknown>>;
    /** Dotted paths into the upstream's body. */
    absent?: readonly string[];
    /** Some of what the answer will be read with. */
    answer?: Partial<AnswerMap>;
    /** `code:field`, all of them. */
    losses?: readonly string[];
    rejected?: Readonly<{ code: string; param?: string }>;
  }>;

/** A history and a longer one: what is sent of the first is the beginning of what is sent of the second, byte for byte. */
export type GrowthVector = Common &
  Readonly<{
    kind: "growth";
    model: string;
    body: JsonObject;
    more: readonly Json[];
    history: "messages" | "input" | "contents";
  }>;

/** What the client had asked, where the answer depends on it. */
type Asked = Readonly<{ model: string; body: JsonObject; dialect?: Dialect }>;

/** An upstream's whole answer, as a client gets it. */
export type AnswerVector = Common &
  Readonly<{
    kind: "answer";
    asked?: Asked;
    body: Json;
    /** 200 when absent. */
    status?: number;
    /** Some of the reply's members. */
    reply: Readonly<Record<string, unknown>>;
    absent?: readonly string[];
    losses?: readonly string[];
  }>;

/** An upstream's stream, as a client gets it. A frame is an event's data, or text that is sent as it stands. */
export type StreamVector = Common &
  Readonly<{
    kind: "stream";
    asked?: Asked;
    frames: readonly (JsonObject | string)[];
    /** Some of the members of each frame; comments and `[DONE]` as text. */
    says: readonly unknown[];
  }>;

/** An upstream's refusal, as a client gets it. */
export type ErrorVector = Common &
  Readonly<{
    kind: "error";
    status: number;
    body: string;
    reply: Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;
  }>;

export type Vector = RequestVector | GrowthVector | AnswerVector | StreamVector | ErrorVector;
