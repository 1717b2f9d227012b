import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import type { WireFormat } from "../../runtime/contract.ts";

/** Ways to put the same events on the wire. None of them may reach a client as anything but the same answer. */
const framings: readonly Readonly<{ name: string; behaviour: Behaviour; only?: WireFormat }>[] = [
  { name: "CRLF line ends", behaviour: { lineEnd: "crlf" } },
  { name: "CR line ends", behaviour: { lineEnd: "cr" } },
  { name: "no space after colons", behaviour: { tight: true } },
  { name: "fragments of 7 bytes", behaviour: { writeBytes: 7 } },
  { name: "fragments of 7 bytes with CRLF", behaviour: { writeBytes: 7, lineEnd: "crlf" } },
  { name: "a comment before every event", behaviour: { comments: true } },
  { name: "a ping before every event", behaviour: { pings: true }, only: "anthropic-messages" },
  { name: "a byte order mark", behaviour: { bom: true } },
  { name: "gzip", behaviour: { contentEncoding: "gzip" } },
  { name: "one letter in every event", behaviour: { deltaChars: 1 } },
];

/** For a table, those that this vendor's streams can come in. */
export function framingsOf(upstream: WireFormat): readonly (readonly [name: string, behaviour: Behaviour])[] {
  return framings
    .filter(({ only }) => only === undefined || only === upstream)
    .map(({ name, behaviour }) => [name, behaviour]);
}
