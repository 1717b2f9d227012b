import { nameCapabilities } from "../catalogue/name-capabilities.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { ConditionIR } from "../ir.ts";
import { named, type Stop, type Subject, witnessOfRule } from "./subject.ts";

/**
 * AR343: a rule that takes requests from models that think and gives them to another family, by facts that change from turn
 * to turn. No family reads another one's signed thinking, so that a session loses it on the way there and back.
 */
export function thinkingSessions(subject: Subject): readonly Diagnostic[] {
  const { rule, stops, bounds } = subject;
  const [stop] = stops;
  const changing = rule.when.find(changes);
  const carries = bounds.endpoints.some((endpoint) => endpoint !== "completions" && endpoint !== "embeddings");
  const asked = [...new Set(rule.when.flatMap(thinkingFamilies))];
  const target = stop && familyOf(stop);
  const [from] = asked.filter((family) => family !== target);
  if (stop === undefined || changing === undefined || target === undefined || from === undefined || !carries) return [];
  const message = `${named(rule)} moves sessions of ${from} to ${stop.words}, a ${target}, as ${words[changing.kind]} change: thinking does not go along.`;
  const hint = `Name a ${from}, or ask for facts that stay the same in a session, such as a header.`;
  const at = rule.whenSpans?.[rule.when.indexOf(changing)];
  const related = at === undefined ? [] : [{ message: "This changes from turn to turn.", span: at }];
  return [diagnostic("AR343", stop.span, message, { hint, related, witness: witnessOfRule(subject) })];
}

const words: Readonly<Record<ConditionIR["kind"], string>> = {
  "input-tokens": "input tokens",
  "max-tokens": "output limits",
  flag: "tools and images",
  "response-format": "formats",
  endpoint: "endpoints",
  "model-in": "models",
  "model-glob": "models",
  header: "headers",
};

function changes(condition: ConditionIR): boolean {
  if (condition.kind === "flag") return condition.fact !== "stream";
  return condition.kind === "input-tokens" || condition.kind === "max-tokens";
}

/** The one family of all that serves a model. */
function familyOf({ offers }: Stop): string | undefined {
  const families = new Set(offers.map(({ can }) => can.family));
  const [only, ...others] = families;
  return others.length === 0 ? only : undefined;
}

/** Beginnings of names whose models think, the old ones apart. */
const families = [
  ["Claude", /^(?:[a-z]+\/)?claude-/],
  ["Gemini", /^(?:[a-z]+\/)?gemini-/],
  ["GPT", /^(?:[a-z]+\/)?(?:gpt-[5-9]|o\d)/],
] as const;

/** The families that a condition names. Of a glob what stands before its first wildcard counts. */
function thinkingFamilies(condition: ConditionIR): readonly string[] {
  const names =
    condition.kind === "model-in" ? condition.models : condition.kind === "model-glob" ? condition.globs : [];
  return names.flatMap((name) => {
    const [beginning = ""] = name.split(/[*?]/);
    const thinks = beginning !== name || nameCapabilities(name).reasoning !== false;
    return thinks ? families.filter(([, pattern]) => pattern.test(beginning)).map(([family]) => family) : [];
  });
}
