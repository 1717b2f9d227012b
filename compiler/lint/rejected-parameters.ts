import type { JsonValue, WireFormat } from "../../runtime/contract.ts";
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
  const body = provider?.adaptation?.body;
  if (provider === undefined || body === undefined) return [];
  const formats = subject.bounds.endpoints.map((one) => surfaceAt(provider.provider, one, offer.model)?.format);
  const wrong = [...new Set(formats)].flatMap((format) =>
    format === undefined ? [] : (body[format] ?? []).filter((edit) => isValue(edit) && isRefused(edit, format, can)),
  );
  return wrong.filter(isValue).map(({ kind, member, value }) => {
    const key = kind === "set" ? "set" : "defaults";
    const message = `${named(subject.rule)} asks ${stop.words}, which refuses ${member} = ${JSON.stringify(value)}, and ${key} of provider ${JSON.stringify(offer.provider)} gives it that.`;
    const hint = `Remove it from providers.${offer.provider}.${key}, or give this model a provider of its own.`;
    const related = provider.span === undefined ? [] : [{ message: "Configured here.", span: provider.span }];
    return diagnostic("AR326", stop.span, message, { hint, related, witness: witnessOfRule(subject) });
  });
}

function isValue(edit: EditIR): edit is Value {
  return edit.kind === "set" || edit.kind === "fallback";
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

/** Members of Gemini's API stand deeper in the body, and only Chat Completions has an effort at its top. */
function isRefused(
  { member, value }: Value,
  format: WireFormat,
  { rejects = [], efforts }: ModelCapabilities,
): boolean {
  if (format === "gemini") return false;
  if (member === "reasoning_effort") {
    if (format !== "openai-chat" || typeof value !== "string" || efforts === undefined) return false;
    return !efforts.includes(value) && (value !== "none" || efforts.length > 0);
  }
  return rejects.includes(sameAs[member] ?? member) && value !== neutral[member];
}
