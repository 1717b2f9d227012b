import { createInterface } from "node:readline";

/** Questions and answers on a terminal. */
export type Conversation = Readonly<{
  /** Resolves to the line that is typed; undefined once there will be none. */
  ask(question: string): Promise<string | undefined>;
  /** Leaves standard input alone, so that the process can end. */
  end(): void;
}>;

/** Asks through `write`, and reads lines of `input` as they are wanted; lines typed ahead wait. */
export function terminalConversation(input: NodeJS.ReadableStream, write: (text: string) => void): Conversation {
  const reader = createInterface(input);
  const lines = reader[Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      write(question);
      const line = await lines.next();
      return line.done === true ? undefined : line.value;
    },
    end: () => reader.close(),
  };
}
