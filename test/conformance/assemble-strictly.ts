/** What this suite reads of a Messages stream; the SDKs' own types name many more kinds. */
export type AnswerEvent =
  | Readonly<{ type: "message_start"; message: Start }>
  | Readonly<{ type: "content_block_start"; index: number; content_block: Block }>
  | Readonly<{ type: "content_block_delta"; index: number; delta: Delta }>
  | Readonly<{ type: "content_block_stop"; index: number }>
  | Readonly<{ type: "message_delta"; delta: Ending; usage: Record<string, unknown> }>
  | Readonly<{ type: "message_stop" }>
  | Readonly<{ type: "ping" }>;

type Block = Readonly<{ type: string; text?: string; thinking?: string; signature?: string; input?: unknown }>;
type Start = Readonly<{ content: readonly Block[]; stop_reason: string | null; usage: Record<string, unknown> }>;
type Ending = Readonly<{ stop_reason: string | null }>;
type Delta =
  | Readonly<{ type: "text_delta"; text: string }>
  | Readonly<{ type: "thinking_delta"; thinking: string }>
  | Readonly<{ type: "signature_delta"; signature: string }>
  | Readonly<{ type: "input_json_delta"; partial_json: string }>;

/**
 * Puts the events of one Messages stream together as a careful client without the SDK's helper would.
 * Throws where the order is not the documented one: one block open at a time, indexes 0, 1, 2, …, a delta only for
 * the open block, exactly one message_start, message_delta and message_stop.
 * Event flow: https://platform.claude.com/docs/en/build-with-claude/streaming (checked 2026-11-20)
 */
export async function assembleStrictly(events: AsyncIterable<AnswerEvent>): Promise<unknown> {
  let start: Start | undefined;
  let ending: Extract<AnswerEvent, { type: "message_delta" }> | undefined;
  let isStopped = false;
  let open: Block | undefined;
  let inputText = "";
  const content: Block[] = [];

  for await (const event of events) {
    if (event.type === "ping") continue;
    demand(!isStopped, event);
    demand((start === undefined) === (event.type === "message_start"), event);
    switch (event.type) {
      case "message_start":
        demand(event.message.content.length === 0 && event.message.stop_reason === null, event);
        start = event.message;
        break;
      case "content_block_start":
        demand(open === undefined && ending === undefined && event.index === content.length, event);
        open = event.content_block;
        inputText = "";
        break;
      case "content_block_delta":
        demand(open !== undefined && event.index === content.length, event);
        if (event.delta.type === "input_json_delta") inputText += event.delta.partial_json;
        open = added(open ?? event, event.delta);
        break;
      case "content_block_stop":
        demand(open !== undefined && event.index === content.length, event);
        if (open?.type === "tool_use") open = { ...open, input: inputText === "" ? {} : JSON.parse(inputText) };
        if (open !== undefined) content.push(open);
        open = undefined;
        break;
      case "message_delta":
        demand(open === undefined && ending === undefined, event);
        ending = event;
        break;
      case "message_stop":
        demand(ending !== undefined, event);
        isStopped = true;
        break;
    }
  }
  if (!isStopped || start === undefined) throw new Error("The stream ended without message_stop");
  const usage = {
    ...start.usage,
    ...Object.fromEntries(Object.entries(ending?.usage ?? {}).filter(([, value]) => value !== null)),
  };
  return { ...start, ...ending?.delta, content, usage };
}

/** Which kind of block each delta may extend. */
const blockOf = {
  text_delta: "text",
  thinking_delta: "thinking",
  signature_delta: "thinking",
  input_json_delta: "tool_use",
} as const satisfies Record<Delta["type"], string>;

function added(block: Block, delta: Delta): Block {
  demand(block.type === blockOf[delta.type], { block, delta });
  switch (delta.type) {
    case "text_delta":
      return { ...block, text: (block.text ?? "") + delta.text };
    case "thinking_delta":
      return { ...block, thinking: (block.thinking ?? "") + delta.thinking };
    case "signature_delta":
      return { ...block, signature: delta.signature };
    case "input_json_delta":
      return block;
  }
}

function demand(condition: boolean, event: unknown): void {
  if (!condition) throw new Error(`Out of order: ${JSON.stringify(event)}`);
}
