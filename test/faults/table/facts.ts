import { expect } from "bun:test";
import manifest from "../../../package.json" with { type: "json" };
import type { Row } from "./row.ts";
import { error, failsOver, tried, upstream, well } from "./say.ts";

const factsTest = "test/faults/facts.test.ts";

export const facts: readonly Row[] = [
  {
    id: "B01",
    fault: "Bun runs 256 fetches of a process at once, and the next one waits without a word",
    provenBy: [{ file: factsTest, title: "R40 a gateway started without the variable gives itself the slots" }],
  },
  {
    id: "B02",
    fault: "Bun reads .env and bunfig.toml of the current folder",
    provenBy: [
      {
        file: "test/cli/launcher.test.ts",
        title: "nothing of a hostile current folder runs, nor does a preload in BUN_OPTIONS",
      },
      {
        file: "test/cli/build.test.ts",
        title: "R58 build makes one executable that heals an answer, from a hostile folder, far from any source",
      },
    ],
  },
  {
    id: "B03",
    fault: "A malformed Host makes Bun's request.url relative",
    provenBy: [{ file: factsTest, title: "Host %s is refused" }],
  },
  {
    id: "B04",
    fault: "Bun follows redirects and takes API keys along",
    cases: [tried("", [upstream({ redirect: "http://127.0.0.1:9/v1" }), well], failsOver("bad_upstream_answer"))],
    provenBy: [{ file: factsTest, title: "a provider's redirect is a 502: %s" }],
  },
  {
    id: "B05",
    fault: "Bun closes a connection that is quiet for ten seconds",
    provenBy: [
      { file: factsTest, title: "a model may pause for 37 s in the middle of a stream, with no keep-alive to help it" },
    ],
  },
  {
    id: "B06",
    fault: "What nobody catches ends the process",
    provenBy: [{ file: factsTest, title: "a stray rejection and a stray throw are logged, and requests go on" }],
  },
  {
    id: "B07",
    fault: "The regex engine gives up and says no",
    provenBy: [
      { file: "test/runtime/validation/check-schema.test.ts", title: "a regex engine that gives up is not believed" },
    ],
  },
  {
    id: "B08",
    fault: "A pooled connection the provider has closed fails the next request",
    provenBy: [
      {
        file: "test/runtime/upstream.test.ts",
        title: "a pooled connection the provider had closed costs one fresh try",
      },
    ],
  },
  {
    id: "B09",
    fault: "A timer beyond 2^31 ms fires at once",
    cases: [
      tried(
        "a Retry-After of three years",
        [upstream({ status: 503, retryAfter: "99999999" }, { format: "openai-chat" })],
        {
          gets: [error({ chat: 503, messages: 529 }, 1, { retryAfter: "60" })],
          hits: { alpha: 1 },
          moved: { "attempts{alpha,overloaded}": 1 },
        },
      ),
    ],
    provenBy: [{ file: "test/runtime/clock.test.ts", title: "delays beyond 2^31-1 ms do not fire at once" }],
  },
  {
    id: "B10",
    fault: "Bun unpacks a body and leaves its Content-Encoding",
    provenBy: [{ file: factsTest, title: "%s from a provider reaches the client unpacked and unlabelled" }],
  },
  {
    id: "B15",
    fault: "Another version of Bun behaves in another way",
    cases: [{ kind: "scene", gets: "the one version that all of this was tried with", run: pinned }],
  },
];

async function pinned(): Promise<void> {
  expect(Bun.version).toBe(manifest.dependencies.bun);
}
