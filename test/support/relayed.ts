import { forwardRelay, type Relay, translatingRelay } from "../../runtime/answer/relay.ts";
import type { WireFormat } from "../../runtime/contract.ts";
import { type AnswerMap, emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { replyContext } from "./canonical.ts";

/** A format as the upstream speaks it and as the client does; the rest shapes the client's reply. */
export type Route = Readonly<{
  upstream: WireFormat;
  client: WireFormat;
  answer?: AnswerMap;
  includeUsage?: boolean;
}>;

export function relayOf({ upstream, client, answer = emptyAnswerMap, includeUsage = true }: Route): Relay {
  const context = replyContext({ request: { stream: true, stream_options: { include_usage: includeUsage } } });
  return upstream === client
    ? forwardRelay(codecs[upstream], codecs[client], context.requestId, true)
    : translatingRelay(codecs[upstream], codecs[client], answer, context);
}

/** All text a client gets for these chunks of an upstream stream. */
export function relayed(chunks: readonly Uint8Array[], route: Route): string {
  const relay = relayOf(route);
  const parts = chunks.map((chunk) => relay.push(chunk));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat([...parts, relay.end()]));
}
