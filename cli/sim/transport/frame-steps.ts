import { STATUS_CODES } from "node:http";
import type { Step } from "../http/step.ts";
import type { Behaviour } from "../script/behaviour.ts";

type Head = Readonly<{ status: number; headers: Readonly<Record<string, string>> }>;
type Framing = NonNullable<Behaviour["framing"]>;

/** Puts the HTTP/1.1 head in front of the body and marks its end (RFC 9112 section 6). */
export async function* frameSteps(head: Head, body: AsyncIterable<Step>, framing: Framing): AsyncIterable<Step> {
  switch (framing) {
    case "length":
      yield* lengthSteps(head, body);
      return;
    case "chunked":
      yield { kind: "write", bytes: headText(head, { "transfer-encoding": "chunked" }) };
      for await (const step of body) yield step.kind === "write" ? chunk(step.bytes) : step;
      yield { kind: "write", bytes: "0\r\n\r\n" };
      return;
    case "close":
      yield { kind: "write", bytes: headText(head, { connection: "close" }) };
      yield* body;
      yield { kind: "close" };
      return;
  }
}

/** The length is known only when all of the body is: it is collected, then sent with the waits it came with. */
async function* lengthSteps(head: Head, body: AsyncIterable<Step>): AsyncIterable<Step> {
  const steps: Step[] = [];
  let bytes = 0;
  for await (const step of body) {
    steps.push(step);
    if (step.kind === "write") bytes += Buffer.byteLength(step.bytes);
    if (step.kind === "reset" || step.kind === "close" || step.kind === "stall") bytes += 1;
  }
  yield { kind: "write", bytes: headText(head, head.status === 204 ? {} : { "content-length": String(bytes) }) };
  yield* steps;
}

function headText(head: Head, framing: Readonly<Record<string, string>>): string {
  const headers = Object.entries({ ...head.headers, ...framing });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${head.status} ${STATUS_CODES[head.status] ?? "Unknown"}\r\n${lines.join("")}\r\n`;
}

function chunk(bytes: Uint8Array | string): Step {
  const body = Buffer.from(bytes);
  if (body.length === 0) return { kind: "wait", ms: 0 };
  return {
    kind: "write",
    bytes: Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]),
  };
}
