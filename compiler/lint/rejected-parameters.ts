import type { JsonValue } from "../../runtime/contract.ts";
import type { EditIR } from "../body-edits.ts";
import type { ModelCapabilities } from "../catalogue/model-capabilities.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type KnownOffer, named, type Stop, type Subject, witnessOfRule } from "./subject.ts";
import { surfaceAt } from "./surface-at.ts";

type Value = Extract<EditIR, { kind: "set" | "fallback" }>;

/** AR326: a parameter that the configuration itself gives all requests of a provider, for a model that refuses it. */
export function rejectedParameters(subject: Subject): readonly Diagnostic[] {
  return subject.stops.flatMap((stop) => stop.offers.flatMap((known) => ofOffer(subject, stop, known)));
}

function ofOffer(subject: Subject, stop: Stop, { offer, can }: KnownOffer): readonly Diagnostic[] {
  const provider = subject.ir.providers.find(({ id }) => id === offer.provider);
  if (provider === undefined) return [];
  const formats = subject.bounds.endpoints.map((one) => surfaceAt(provider.provider, one, offer.model)?.format);
  const edits = [...new Set(formats)].flatMap((format) =>
    format === undefined ? [] : (provider.adaptation?.body[format] ?? []),
  );
  const wrong = edits.filter(
    (edit): edit is Value => (edit.kind === "set" || edit.kind === "fallback") && isRefused(edit, can),
  );
  return wrong.map(({ kind, member, value }) => {
    const key = kind === "set" ? "set" : "defaults";
    const message = `${named(subject.rule)} asks ${stop.words}, which refuses ${member} = ${JSON.stringify(value)}, and ${key} of provider ${JSON.stringify(offer.provider)} gives it that.`;
    const hint = `Remove it from providers.${offer.provider}.${key}, or give this model a provider of its own.`;
    const related = provider.span === undefined ? [] : [{ message: "Configured here.", span: provider.span }];
    return diagnostic("AR326", stop.span, message, { hint, related, witness: witnessOfRule(subject) });
  });
}

/** Members whose words differ from those of Chat Completions. */
const sameAs: Readonly<Record<string, string>> = { stop_sequences: "stop" };

/** What changes nothing is taken by all models. */
const neutral: Readonly<Record<string, JsonValue>> = {
  temperature: 1,
  top_p: 1,
  frequency_penalty: 0,
  presence_penalty: 0,
  logprobs: false,
};

function isRefused({ member, value }: Value, { rejects = [], efforts }: ModelCapabilities): boolean {
  if (member === "reasoning_effort" && typeof value === "string" && efforts !== undefined) {
    return value !== "none" ? !efforts.includes(value) : efforts.length > 0 && !efforts.includes(value);
  }
  return rejects.includes(sameAs[member] ?? member) && value !== neutral[member];
}
