import type { Block, Response, StreamEvent } from "./canonical.ts";

/** The stream a whole answer would have been: for an upstream that answers a streaming request with one JSON body. */
export function replay(response: Response): readonly StreamEvent[] {
  return [
    { kind: "start", id: response.id, model: response.model },
    ...response.blocks.flatMap(blockEvents),
    ...(response.usage === undefined ? [] : [{ kind: "usage", usage: response.usage } as const]),
    { kind: "stop", stop: response.stop },
    { kind: "end" },
  ];
}

function blockEvents(block: Block, index: number): readonly StreamEvent[] {
  switch (block.kind) {
    case "text":
      return [
        { kind: "text", text: block.text },
        ...(block.citations ?? []).map((citation) => ({ kind: "citation", citation }) as const),
        ...(block.signature === undefined ? [] : [{ kind: "text-signature", signature: block.signature } as const]),
        { kind: "block-break" },
      ];
    case "thinking":
      return [
        { kind: "thinking", text: block.text },
        ...(block.signature === undefined ? [] : [{ kind: "thinking-signature", signature: block.signature } as const]),
        { kind: "block-break" },
      ];
    case "redacted-thinking":
      return [{ kind: "redacted-thinking", data: block.data }];
    case "refusal":
      return [{ kind: "refusal", text: block.text }];
    case "tool-call":
      return [
        {
          kind: "tool-open",
          key: index,
          id: block.id,
          name: block.name,
          tool: block.tool,
          signature: block.signature,
        },
        { kind: "tool-arguments", key: index, text: block.argumentsText },
        { kind: "tool-close", key: index },
      ];
    case "web-search":
      return [{ kind: "web-search", search: block }];
    // What a stream has no event for reaches no client of another format either.
    case "image":
    case "document":
    case "audio":
    case "video":
    case "tool-result":
    case "opaque":
      return [];
  }
}
