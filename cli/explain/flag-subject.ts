import type { RequestFacts } from "../../runtime/contract.ts";
import { readOverrides } from "../../runtime/request/overrides.ts";
import { type Arguments, type Flag, flagValue } from "../command.ts";
import type { InterpretedGateway } from "../interpreted-gateway.ts";
import { bareSubject } from "./bare-subject.ts";
import { overrideTexts } from "./override-texts.ts";
import type { Subject, Unexplainable } from "./subject.ts";

/** Facts of a request instead of the request. */
export const factFlags: readonly Flag[] = [
  {
    name: "model",
    value: "NAME",
    about: "instead of a request: the model it asks for; what is not said it does not have",
  },
  { name: "tokens", value: "NUMBER", about: "its input tokens; without it they are not known" },
  { name: "max-tokens", value: "NUMBER", about: "its output limit" },
  { name: "response-format", value: "TYPE", about: "its response format: text, json_object, json_schema" },
  { name: "tools", about: "it has tools" },
  { name: "image", about: "it has an image" },
  { name: "stream", about: "it asks for a stream" },
];

/** A request that has the facts of the flags. */
export function flagSubject(
  args: Arguments,
  { endpoint, headers }: Readonly<{ endpoint: RequestFacts["endpoint"]; headers: Headers }>,
  gateway: InterpretedGateway,
): Subject | Unexplainable {
  const tokens = count(args, "tokens");
  const maxTokens = count(args, "max-tokens");
  if (tokens === "wrong" || maxTokens === "wrong") return { problem: "--tokens and --max-tokens take a whole number." };
  const overrides = readOverrides(headers);
  if ("class" in overrides) return { problem: overrides.message };
  const facts = {
    endpoint,
    stream: args.flags.has("stream"),
    hasTools: args.flags.has("tools"),
    hasImage: args.flags.has("image"),
    responseFormat: flagValue(args, "response-format"),
    maxTokens,
    inputTokens: tokens ?? 0,
    header: (name: string) => headers.get(name) ?? undefined,
  };
  const maxInputTokens = () => tokens ?? Number.POSITIVE_INFINITY;
  const known = (model: string) => ({ facts: { ...facts, model }, unknown: new Set<never>(), maxInputTokens });
  const model = flagValue(args, "model") ?? "";
  return { ...bareSubject(model, endpoint, known, overrides, gateway), overrides: overrideTexts(headers) };
}

function count(args: Arguments, name: string): number | undefined | "wrong" {
  const written = flagValue(args, name);
  if (written === undefined) return undefined;
  return /^\d{1,15}$/.test(written) ? Number(written) : "wrong";
}
