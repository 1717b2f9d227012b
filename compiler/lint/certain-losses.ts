import type { Endpoint, WireFormat } from "../../runtime/contract.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type KnownOffer, named, type Stop, type Subject, witnessOfRule } from "./subject.ts";
import { surfaceAt } from "./surface-at.ts";

/** AR327: what all requests of a rule have is lost on the way to a model, whichever of them it is. */
export function certainLosses(subject: Subject): readonly Diagnostic[] {
  const { rule, stops, ir } = subject;
  const result = ir.catalog.translation.onLoss === "reject" ? ", so every request is refused" : "";
  return stops.flatMap((stop) => {
    const loss = lossAt(subject, stop);
    if (loss === undefined) return [];
    const message = `${named(rule)} sends ${loss.what} to ${stop.words}: ${loss.why}${loss.isStripped ? "" : result}.`;
    const hint = loss.isStripped ? "Remove that from strip, or name another provider." : "Name a model of another API.";
    return [diagnostic("AR327", stop.span, message, { hint, witness: witnessOfRule(subject) })];
  });
}

type Loss = Readonly<{ what: string; why: string; isStripped: boolean }>;

/** The same loss for every upstream and every endpoint. */
function lossAt(subject: Subject, { offers }: Stop): Loss | undefined {
  const { endpoints } = subject.bounds;
  const losses = offers.flatMap((known) =>
    endpoints.map((endpoint) => unenforced(subject, known, endpoint) ?? stripped(subject, known, endpoint)),
  );
  return losses.every((loss) => loss !== undefined) ? losses[0] : undefined;
}

/** The Messages API knows JSON by a schema only. A rule that checks the answer itself loses nothing by that. */
function unenforced({ ir, bounds, rule }: Subject, { offer }: KnownOffer, endpoint: Endpoint): Loss | undefined {
  const { responseFormats: formats } = bounds;
  const provider = ir.catalog.providers[offer.provider];
  const surface = provider && surfaceAt(provider, endpoint, offer.model);
  const isAlways = formats !== "any" && formats.length === 1 && formats[0] === "json_object";
  if (!isAlways || surface?.format !== "anthropic-messages" || endpoint === "messages") return undefined;
  if (rule.plan.validate.length > 0) return undefined;
  return {
    what: "requests for json_object",
    why: "the Messages API has nothing that asks for JSON without a schema",
    isStripped: false,
  };
}

/** What the provider's own `strip` takes out of every body. */
function stripped({ ir, bounds }: Subject, { offer }: KnownOffer, endpoint: Endpoint): Loss | undefined {
  const provider = ir.providers.find(({ id }) => id === offer.provider);
  const format = provider && surfaceAt(provider.provider, endpoint, offer.model)?.format;
  const edits = (format && provider.adaptation?.body[format]) ?? [];
  const pointers = new Set(edits.flatMap((edit) => (edit.kind === "strip" ? [edit.pointer] : [])));
  if (format === undefined) return undefined;
  const found = needs.find(
    ({ pointers: at, isNeeded }) => isNeeded(bounds) && at[format].some((one) => pointers.has(one)),
  );
  if (found === undefined) return undefined;
  return {
    what: found.what,
    why: `strip of provider ${JSON.stringify(offer.provider)} takes them out`,
    isStripped: true,
  };
}

type Need = Readonly<{
  what: string;
  pointers: Readonly<Record<WireFormat, readonly string[]>>;
  isNeeded: (bounds: Subject["bounds"]) => boolean;
}>;

const toolPointers = ["/tools"] as const;

/** Where the formats have what rules can ask for. */
const needs: readonly Need[] = [
  {
    what: "requests with tools",
    pointers: {
      "openai-chat": toolPointers,
      "openai-responses": toolPointers,
      "anthropic-messages": toolPointers,
      gemini: toolPointers,
    },
    isNeeded: ({ hasTools }) => !hasTools.includes(false),
  },
  {
    what: "requests for JSON",
    pointers: {
      "openai-chat": ["/response_format"],
      "openai-responses": ["/text", "/text/format"],
      "anthropic-messages": ["/output_config", "/output_config/format"],
      gemini: ["/generationConfig"],
    },
    isNeeded: ({ responseFormats: formats }) => formats !== "any" && formats.length > 0 && formats.every(isJson),
  },
];

function isJson(format: string | undefined): boolean {
  return format === "json_schema" || format === "json_object";
}
