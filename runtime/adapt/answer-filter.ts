import type { Surface, Transform, TransformInfo } from "../contract.ts";
import type { Json, WireError } from "../wire/canonical.ts";
import type { UpstreamCodec } from "../wire/codec.ts";
import { parseExactly } from "../wire/exact-json.ts";
import { isObject, parseJson, stringOf } from "../wire/json.ts";
import type { SseEvent } from "../wire/sse.ts";
import { type EventChange, hideThinking } from "./hide-thinking.ts";
import { transformFailure } from "./run-transform.ts";

/** What comes of one event of a stream; undefined when it is left out. */
type FilteredEvent = SseEvent | WireError | undefined;

/** Changes the answers of an upstream before anyone reads them. */
export type AnswerFilter = Readonly<{
  /** One per stream. An event that stays as it is keeps its text. */
  stream(): (event: SseEvent) => FilteredEvent;
  /** A whole answer; the same value where nothing has to go. */
  whole(body: Json): Json;
}>;

/** Undefined where answers pass as they are. */
export function answerFilter(
  { format, hides }: Surface,
  transform: Transform | undefined,
  info: TransformInfo,
): AnswerFilter | undefined {
  if (hides === undefined && transform?.event === undefined) return undefined;
  const { stream, whole } = hideThinking[format];
  // What a transform is told holds plain numbers only.
  const parse = transform?.event === undefined ? parseExactly : parseJson;
  return {
    stream: () => {
      const change = hides?.thinking === true ? stream() : keep;
      const dropped = new Set(hides?.events);
      return (event) => {
        const data = parse(event.data);
        if (!isObject(data)) return event;
        const type = stringOf(data["type"]) ?? event.event;
        const changed = type !== undefined && dropped.has(type) ? undefined : change(data);
        if (changed === undefined) return undefined;
        try {
          const told = transform?.event === undefined ? changed : transform.event(changed, info);
          if (told === undefined) return undefined;
          return told === data ? event : { ...event, data: JSON.stringify(told) };
        } catch (thrown) {
          return transformFailure("event", info.provider, thrown);
        }
      };
    },
    whole: (body) => (hides?.thinking === true && isObject(body) ? whole(body) : body),
  };
}

const keep: EventChange = (data) => data;

/** The codec behind a filter: it reads what the filter lets through. */
export function filteredCodec(codec: UpstreamCodec, filter: AnswerFilter): UpstreamCodec {
  return {
    ...codec,
    decodeResponse: (body, answer) => codec.decodeResponse(filter.whole(body), answer),
    streamReader: (answer) => {
      const reader = codec.streamReader(answer);
      const change = filter.stream();
      return {
        push: (event) => {
          const told = change(event);
          if (told === undefined) return [];
          return "class" in told ? [{ kind: "error", error: told }] : reader.push(told);
        },
        end: reader.end,
      };
    },
  };
}
