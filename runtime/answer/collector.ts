import type { Block, StreamEvent } from "../wire/canonical.ts";

/** Assembles what validators look at, text and tool arguments, from a canonical stream. */
export type Collector = Readonly<{
  push(event: StreamEvent): void;
  /** Assistant text so far, all blocks joined. */
  text(): string;
  /** Arguments of all tool calls so far, joined. */
  toolText(): string;
  blocks(): readonly Block[];
}>;

type OpenCall = { id: string; name: string; tool: "function" | "custom"; argumentsText: string };

export function createCollector(): Collector {
  let text = "";
  const calls = new Map<number, OpenCall>();

  return {
    push: (event) => {
      switch (event.kind) {
        case "text":
          text += event.text;
          break;
        case "tool-open":
          calls.set(event.key, { id: event.id, name: event.name, tool: event.tool, argumentsText: "" });
          break;
        case "tool-arguments": {
          const call = calls.get(event.key);
          if (call !== undefined) call.argumentsText += event.text;
          break;
        }
        default:
      }
    },
    text: () => text,
    toolText: () => [...calls.values()].map((call) => call.argumentsText).join(""),
    blocks: () => [
      ...(text === "" ? [] : [{ kind: "text", text } as const]),
      ...[...calls.values()].map((call) => ({ kind: "tool-call", ...call }) as const),
    ],
  };
}
