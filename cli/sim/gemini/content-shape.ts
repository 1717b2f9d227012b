import { array, boolean, either, object, range, record, type Shape, text } from "../check/shape.ts";

const blob = object({}, { mimeType: text, data: text, displayName: text });
const fileData = object({}, { mimeType: text, fileUri: text, displayName: text });

/** One part (Google GenAI SDK 3.1, `Part` as it goes to the Gemini API). Nothing is required by its form. */
const part = object(
  {},
  {
    text,
    thought: boolean,
    thoughtSignature: text,
    inlineData: blob,
    fileData,
    functionCall: object({}, { id: text, name: text, args: record }),
    functionResponse: object(
      {},
      {
        id: text,
        name: text,
        response: record,
        parts: array(object({}, { inlineData: blob, fileData })),
        willContinue: boolean,
        scheduling: text,
      },
    ),
    executableCode: object({}, { id: text, language: text, code: text }),
    codeExecutionResult: object({}, { id: text, outcome: text, output: text }),
    toolCall: object({}, { id: text, toolType: text, args: record }),
    toolResponse: object({}, { id: text, toolType: text, response: record }),
    videoMetadata: object({}, { startOffset: text, endOffset: text, fps: range("number", 0) }),
    mediaResolution: either(text, record),
    mediaProcessing: record,
    partMetadata: record,
    audioTranscription: record,
    speechMetadata: record,
  },
);

/** One content: a turn, or the system instruction. */
export const contentShape: Shape = object({}, { role: text, parts: array(part) });

/** The fields of a part of which exactly one says what it is. */
export const dataFields = [
  "text",
  "inlineData",
  "fileData",
  "functionCall",
  "functionResponse",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
] as const;
