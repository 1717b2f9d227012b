import type { JsonValue } from "../runtime/contract.ts";
import type { SurfaceConfig } from "../schemas/surface-config.ts";

/** One change to the body of a request. */
export type EditIR =
  | Readonly<{ kind: "rename"; member: string; to: string }>
  | Readonly<{ kind: "set" | "fallback"; member: string; value: JsonValue }>
  | Readonly<{ kind: "strip"; pointer: string }>
  | Readonly<{ kind: "strip-everywhere"; member: string }>
  | Readonly<{ kind: "thinking"; treatment: "strip" | "stub" }>;

/** Members of Anthropic's API that servers other than its own may refuse. */
const ofAnthropic = ["cache_control", "/reasoning_effort"];

/** What a surface's keys ask for, in the order in which it is done. */
export function editsOf(keys: SurfaceConfig, keepsAnthropicMembers: boolean): readonly EditIR[] {
  const { rename = {}, set = {}, defaults = {}, strip = keepsAnthropicMembers ? [] : ofAnthropic, thinking } = keys;
  const values = (kind: "set" | "fallback", members: Readonly<Record<string, unknown>>): readonly EditIR[] =>
    // TOML, YAML and JSON hold nothing that JSON does not.
    Object.entries(members).map(([member, value]) => ({ kind, member, value: value as JsonValue }));
  return [
    ...Object.entries(rename).map(([member, to]) => ({ kind: "rename", member, to }) as const),
    ...values("set", set),
    ...values("fallback", defaults),
    ...strip.map(
      (what): EditIR =>
        what.startsWith("/") ? { kind: "strip", pointer: what } : { kind: "strip-everywhere", member: what },
    ),
    ...(thinking === undefined || thinking === "preserve" ? [] : [{ kind: "thinking", treatment: thinking } as const]),
  ];
}
