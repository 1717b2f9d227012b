import type { Script } from "../../../cli/sim/script/script.ts";
import type { Catalog, Provider } from "../../../runtime/contract.ts";
import type { Address } from "../../support/fault-server.ts";
import type { OlderFormat } from "../../support/older-formats.ts";

/** A fault and what is done about it: tried out here, by tests elsewhere, or both. */
export type Row = Readonly<{
  id: string;
  /** In a few words, for the table. */
  fault: string;
  cases?: readonly Case[];
  /** Tests of other files that prove the rest. */
  provenBy?: readonly Proof[];
}>;

export type Case = Exchanges | RawRequest | Scene;

/** Requests through a gateway with failing upstreams; run for both client APIs, whole and streamed. */
export type Exchanges = Readonly<{
  kind: "exchanges";
  /** What sets it apart from the row's other cases. */
  name?: string;
  /** Requirements it proves, such as `R5 R80`. */
  proves?: string;
  /** A program this machine may not have; without it the case is skipped. */
  needs?: string;
  /** Providers `alpha`, `beta`, `gamma` and so on, asked in this order. */
  upstreams: readonly [Upstream, ...Upstream[]];
  /** Differences from the test gateway's catalog. */
  catalog?: Partial<Catalog>;
  /** The first upstream is raced by the second after this time, instead of followed by it. */
  hedgeAfterMs?: number;
  /** Members laid over the request. */
  ask?: Readonly<Record<string, unknown>>;
  /** Each request differs a little, as those of several users do. */
  distinct?: true;
  only?: "whole" | "stream";
  whole: Expected;
  stream: Expected;
}>;

/** One request as bytes, for what no HTTP client would send. Nothing of it reaches an upstream. */
export type RawRequest = Readonly<{
  kind: "raw";
  name?: string;
  proves?: string;
  request: string | Uint8Array;
  catalog?: Partial<Catalog>;
  /** More than one where the answer is the server's and any of them is safe. 0: closed without an answer. */
  status: number | readonly number[];
  /** A part of the answer's body. */
  says?: string;
}>;

/** What needs a procedure of its own; it throws when the fault is not handled as `gets` tells. */
type Scene = Readonly<{
  kind: "scene";
  name?: string;
  proves?: string;
  gets: string;
  hits?: string;
  moved?: string;
  timeoutMs?: number;
  run: () => Promise<void>;
}>;

export type Upstream = Readonly<{
  at:
    | Readonly<{ kind: "simulator"; scripts: readonly Script[] }>
    | Readonly<{ kind: "address"; open: () => Promise<Address> }>;
  /** Both are tried when absent. */
  format?: OlderFormat;
  /** Ids of its keys; one when absent. */
  keys?: readonly string[];
  settings?: Partial<Provider>;
}>;

export type Expected = Readonly<{
  /** Of every request of the case, one after the other. */
  gets: readonly [Gets, ...Gets[]];
  /** Requests at each upstream, `alpha/k1` where it has several keys. */
  hits: Readonly<Record<string, number>>;
  /** Counters that are not 0 in the end, such as `failovers{alpha,beta,timeout}`. */
  moved: Readonly<Record<string, number>>;
}>;

/** What a client sees. */
export type Gets =
  | Readonly<{ kind: "answer"; from: string; attempts: number; text: string }>
  | Readonly<{
      kind: "error";
      /** Where the two APIs have different statuses for it, one each. */
      status: number | Readonly<{ chat: number; messages: number }>;
      /** Seconds, or the least and the most of them. */
      retryAfter: string | undefined;
      shouldRetry: string | undefined;
      attempts: number;
    }>
  /** A stream with some of this text ends in the API's error event, and has no terminator. */
  | Readonly<{ kind: "cut"; from: string; text: string }>
  /** Anything else: never expected. */
  | Readonly<{ kind: "malformed"; what: string }>;

/** A test of another file by its title, or a case of the compiler's by its folder. */
export type Proof = Readonly<{ file: string; title: string }> | Readonly<{ compilerCase: string }>;
