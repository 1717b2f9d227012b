import type { JsonObject } from "../wire/canonical.ts";
import type { MemberChanges } from "../wire/splice.ts";

/** Takes the members that are addressed to the gateway itself out of a request's bytes (`spliceMembers`). */
export const routingMembers = {
  provider: undefined,
  models: undefined,
  route: undefined,
} as const satisfies MemberChanges;

/** The same of a parsed body, which a translation would otherwise report as lost. A body without them is returned as it is. */
export function withoutRoutingMembers(body: JsonObject): JsonObject {
  if (!Object.keys(routingMembers).some((member) => Object.hasOwn(body, member))) return body;
  return Object.fromEntries(Object.entries(body).filter(([member]) => !Object.hasOwn(routingMembers, member)));
}
