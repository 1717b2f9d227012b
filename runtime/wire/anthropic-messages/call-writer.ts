import { customInputWriter } from "../custom-tool.ts";
import { parseJson } from "../json.ts";
import type { BlockQueue } from "./block-queue.ts";
import { toolUseBlock } from "./reply-blocks.ts";

/** One tool call of a reply while its arguments arrive. */
export type CallWriter = Readonly<{
  /** False when the call had already been closed and the fragment is more than white space. */
  push(fragment: string): boolean;
  /** Whether the arguments are a whole JSON object, so that another call may take over. Servers open with a bare `{}`. */
  isWhole(): boolean;
  isFinished(): boolean;
  /** Closes the block. False, and no change, when the arguments are not JSON: a client would throw on them. */
  close(): boolean;
  /** Closes the block as it is, as the vendor does where the length limit cut it off. Always true. */
  cut(): boolean;
}>;

export function callWriter(queue: BlockQueue, id: string, name: string, tool: "function" | "custom"): CallWriter {
  const block = queue.open(toolUseBlock(id, name, {}));
  const custom = tool === "custom" ? customInputWriter() : undefined;
  let json = "";

  function write(partial: string): void {
    json += partial;
    if (partial !== "") block.push({ type: "input_json_delta", partial_json: partial });
  }

  return {
    push(fragment) {
      if (block.isFinished()) return fragment.trim() === "";
      write(custom === undefined ? fragment : custom.push(fragment));
      return true;
    },
    isWhole: () => isWholeObject(json),
    isFinished: block.isFinished,
    close() {
      if (block.isFinished()) return true;
      if (custom === undefined && json.trim() !== "" && parseJson(json) === undefined) return false;
      write(custom?.end() ?? "");
      block.finish();
      return true;
    },
    cut() {
      block.finish();
      return true;
    },
  };
}

function isWholeObject(json: string): boolean {
  const text = json.trim();
  return text.length > 2 && text.startsWith("{") && text.endsWith("}") && parseJson(text) !== undefined;
}
