import type { JsonObject, WireError } from "../canonical.ts";

export function decodeError(status: number, text: string): WireError {
  return { class: "server-error", status, message: text };
}

export function encodeError(error: WireError, _requestId: string): Readonly<{ status: number; body: JsonObject }> {
  return { status: error.status, body: { error: { message: error.message } } };
}

export function streamError(error: WireError, _requestId: string): string {
  return `data: ${JSON.stringify({ error: { message: error.message } })}\n\n`;
}
