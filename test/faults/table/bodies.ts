import type { Behaviour } from "../../../cli/sim/script/behaviour.ts";
import { defaults } from "../../../schemas/defaults.ts";
import type { Expected, Row, Upstream } from "./row.ts";
import {
  answer,
  chatBody,
  error,
  exhausts,
  failsOver,
  first,
  hello,
  response,
  socket,
  tried,
  upstream,
  well,
} from "./say.ts";

const bad = "bad_upstream_answer";
const chat = { format: "openai-chat" } as const;
const messages = { format: "anthropic-messages" } as const;
const jsonType = "content-type: application/json";
const alone: Expected = { gets: [answer("alpha", 1)], hits: { alpha: 1 }, moved: { "attempts{alpha,ok}": 1 } };

/** Alpha answers, with this text. */
function says(text: string): Expected {
  return { ...alone, gets: [answer("alpha", 1, text)] };
}

/** Alpha says nothing, beta says something. */
const silentThenBeta: Expected = {
  gets: [answer("beta", 2)],
  hits: { alpha: 1, beta: 1 },
  moved: { "attempts{alpha,empty}": 1, "attempts{beta,ok}": 1, "failovers{alpha,beta,empty_answer}": 1 },
};

const small = { maxBodyBytes: 1_000_000, maxJsonDepth: 64, maxResponseBytes: 1_000_000, ...defaults.admission };
const good = chatBody(hello);

/** An upstream of this body, whether it is asked for a stream or not. */
function json(behaviour: Behaviour & Readonly<{ body: string }>, more: Omit<Upstream, "at"> = {}): Upstream {
  return upstream({ contentType: "application/json", ...behaviour }, more);
}

/** These bytes as the only JSON body of a chat completion. */
function body(text: string | Uint8Array) {
  const bytes = Buffer.from(text);
  return socket((connection) => {
    connection.write(response([jsonType, `content-length: ${bytes.length}`], ""));
    connection.write(bytes);
  }, chat);
}

const invalidUtf8 = Buffer.from(good.replace("said", "s\u0001id"), "latin1");
invalidUtf8[invalidUtf8.indexOf(1)] = 0xff;

export const bodies: readonly Row[] = [
  {
    id: "F45",
    fault: "200 with an error in the body",
    cases: [
      tried(
        "OpenAI's error object",
        [json({ body: '{"error":{"message":"boom","type":"server_error"}}' }, chat), well],
        failsOver("server_error"),
      ),
      tried(
        "Anthropic's error object",
        [json({ body: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}' }, messages), well],
        failsOver("overloaded"),
      ),
      tried(
        "a list of errors",
        [json({ body: '[{"error":{"code":503,"message":"no capacity"}}]' }, chat), well],
        failsOver(bad),
      ),
    ],
  },
  {
    id: "F46",
    fault: "A web page with status 200",
    cases: [
      tried("another provider", [upstream({ html: true }), well], failsOver(bad)),
      tried(
        "no other provider: nothing of the page is passed on",
        [upstream({ html: true })],
        exhausts(bad, error(502, 3, { shouldRetry: "false" })),
      ),
    ],
  },
  {
    id: "F48",
    fault: "Half a body, and an end that looks regular",
    cases: [tried("", [upstream({ invalidJson: true, framing: "close" }), well], failsOver(bad), { only: "whole" })],
  },
  {
    id: "F49",
    fault: "JSON and something more",
    cases: [
      tried("text behind it", [json({ body: `${good}\nOK` }, chat), well], failsOver(bad)),
      tried("two objects", [json({ body: good + good }, chat), well], failsOver(bad)),
      tried("a byte order mark in front", [body(`\uFEFF${good}`), well], failsOver(bad)),
    ],
  },
  {
    id: "F50",
    fault: "An answer that says nothing",
    cases: [
      tried("no byte", [json({ body: "" }), well], failsOver(bad)),
      tried("{}", [json({ body: "{}" }), well], failsOver(bad)),
      tried("no choices", [json({ body: chatBody("", { choices: [] }) }, chat), well], failsOver(bad)),
      tried("an empty text", [upstream({ text: "" }), well], silentThenBeta),
      tried("an empty text first, then an answer", [first([{ text: "" }])], {
        gets: [answer("alpha", 2)],
        hits: { alpha: 2 },
        moved: { "attempts{alpha,empty}": 1, "attempts{alpha,ok}": 1, "retries{alpha}": 1 },
      }),
      tried("an empty text always: in the end it is the answer", [upstream({ text: "" })], {
        gets: [answer("alpha", 3, "")],
        hits: { alpha: 3 },
        moved: { "attempts{alpha,empty}": 3, "retries{alpha}": 2 },
      }),
    ],
  },
  {
    id: "F51",
    fault: "Bytes that are not UTF-8",
    cases: [tried("", [body(invalidUtf8), well], failsOver(bad))],
  },
  {
    id: "F52",
    fault: "NUL and half a surrogate pair in a string",
    cases: [tried("", [json({ body: good.replace(hello, "a\\u0000b\\ud83dc") }, chat)], says("a\u0000b\ud83dc"))],
  },
  {
    id: "F53",
    fault: "Right JSON with a wrong Content-Type",
    cases: [tried("whole", [upstream({ contentType: "text/plain" })], alone, { only: "whole" })],
  },
  {
    id: "F55",
    fault: "A compressed body that unpacks to more than limits.max_response_bytes",
    cases: [
      tried(
        "",
        [json({ body: chatBody("x".repeat(1_000_000)), contentEncoding: "gzip" }, chat), well],
        failsOver(bad),
        { catalog: { limits: small } },
      ),
    ],
  },
  {
    id: "F56",
    fault: "A body larger than limits.max_response_bytes",
    cases: [
      tried("", [json({ body: chatBody("x".repeat(1_000_000)) }, chat), well], failsOver(bad), {
        catalog: { limits: small },
      }),
    ],
  },
  {
    id: "F57",
    fault: "No usage",
    cases: [tried("", [upstream({ usage: null })], alone)],
  },
  {
    id: "F58",
    fault: "Usage that cannot be",
    cases: [
      tried(
        "negative and far too large",
        [upstream({ usage: { prompt_tokens: -5, completion_tokens: 1e300, input_tokens: -5, output_tokens: 1e300 } })],
        alone,
      ),
      tried(
        "text, lists, 1e400",
        [
          json(
            {
              body: chatBody(hello, { usage: { prompt_tokens: "many", completion_tokens: [1] } }).replace(
                "[1]",
                "1e400",
              ),
            },
            chat,
          ),
        ],
        alone,
      ),
    ],
  },
  {
    id: "F59",
    fault: "Integers beyond 2^53 reach the client and the provider as they are",
    provenBy: [
      {
        file: "test/runtime/same-format.test.ts",
        title: "R47 R288 a request that no rule touches reaches an upstream of its own format byte-equal",
      },
      { file: "test/wire/splice.test.ts", title: "1.0 stays 1.0, \\u00e9 stays escaped" },
    ],
  },
  {
    id: "F60",
    fault: "An answer that breaks the request's schema",
    provenBy: [
      {
        file: "test/runtime/policy-walk.test.ts",
        title: "R34 a chain that never succeeds gives its last answer, with 200",
      },
      {
        file: "test/runtime/policy-walk.test.ts",
        title: "R29 JSON that breaks the schema is asked again",
      },
    ],
  },
  {
    id: "F62",
    fault: "An answer nested 200,000 deep",
    cases: [
      tried(
        "",
        [body(good.replace('"id"', `"deep":${"[".repeat(200_000)}${"]".repeat(200_000)},"id"`)), well],
        failsOver(bad),
      ),
    ],
  },
  {
    id: "F63",
    fault: "The same key twice in a request",
    provenBy: [{ file: "test/wire/splice.test.ts", title: "repeated" }],
  },
];
