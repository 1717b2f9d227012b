import type { Provider } from "../../runtime/contract.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type KnownOffer, named, type Subject, witnessAt } from "./subject.ts";
import { responsesOnly } from "./surface-at.ts";

/** AR328: a model that is not there over an API which the rule's requests need. */
export function missingApis(subject: Subject): readonly Diagnostic[] {
  const { rule, stops, ir, bounds } = subject;
  return stops.flatMap((stop) => {
    for (const { at, why } of problems) {
      const endpoints = bounds.endpoints.filter((endpoint) => (endpoint === "embeddings") === (at === "embeddings"));
      const [endpoint] = endpoints;
      const reasons = stop.offers.map((known) => why(known, ir.catalog.providers[known.offer.provider]));
      const [reason] = reasons;
      if (endpoint === undefined || reason === undefined || reasons.includes(undefined)) continue;
      const message = `${named(rule)} sends ${at} to ${stop.words}, but ${reason}.`;
      return [diagnostic("AR328", stop.span, message, { hint: hints[at], witness: witnessAt(subject, endpoints) })];
    }
    return [];
  });
}

type Problem = Readonly<{
  at: "embeddings" | "conversations";
  why: (known: KnownOffer, provider: Provider | undefined) => string | undefined;
}>;

const problems: readonly Problem[] = [
  { at: "embeddings", why: whyNoEmbeddings },
  { at: "conversations", why: whyNoAnswers },
];

const hints = {
  embeddings: "Name a model that makes embeddings, of a provider with an API of OpenAI or Google.",
  conversations: "Name a model that answers conversations.",
} as const;

function whyNoEmbeddings({ offer, can }: KnownOffer, provider: Provider | undefined): string | undefined {
  const surfaces = provider === undefined ? [] : [provider, ...(provider.also ?? [])];
  if (surfaces.length > 0 && surfaces.every(({ format }) => format === "anthropic-messages")) {
    return `provider ${JSON.stringify(offer.provider)} has no API for them`;
  }
  return can.embeddings === false ? "it makes none" : undefined;
}

function whyNoAnswers({ offer, can }: KnownOffer, provider: Provider | undefined): string | undefined {
  if (can.answers === false) return "it answers none";
  const surfaces = provider === undefined ? [] : [provider, ...(provider.also ?? [])];
  const isBeyond = surfaces.every(({ format, dialect }) => format === "openai-chat" && dialect.vendor);
  if (surfaces.length === 0 || !isBeyond || !responsesOnly.test(offer.model)) return undefined;
  return `only the Responses API serves it, which provider ${JSON.stringify(offer.provider)} does not have`;
}
