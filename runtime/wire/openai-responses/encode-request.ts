import type { JsonObject, Rejection, Request, Tool } from "../canonical.ts";
import type { EncodedRequest, UpstreamTarget } from "../codec.ts";
import { lacks } from "../lacks.ts";
import { shorten } from "../names.ts";
import { notes } from "../notes.ts";
import { jsonReminder, planFormat, withInstruction } from "../openai-chat/plan-format.ts";
import { encodeInput } from "./encode-items.ts";
import { encodeParameters } from "./encode-parameters.ts";
import { encodeTools } from "./encode-tools.ts";
import { traitsOf } from "./traits.ts";

/** OpenAI's limit for function names. */
const maxNameChars = 64;

/**
 * A normalised request as a Responses body (openai 7.55.0 `ResponseCreateParams`). Nothing is kept at the upstream, so
 * reasoning comes back encrypted. The same request always gives the same bytes.
 */
export function encodeRequest(request: Request, target: UpstreamTarget): EncodedRequest | Rejection {
  const found = notes(target.places);
  const traits = traitsOf(target.model);
  const { dialect } = target;
  const toolName = (name: string): string => shorten(name, maxNameChars);
  const wrapsCustom = lacks(dialect, "custom-tools");
  const format = planFormat(request.format, dialect);
  if (format.instruction !== undefined) found.lose("not_enforced", "response_format");
  const conversation = encodeInput(withInstruction(request, format.instruction ?? jsonReminder(request)), {
    found,
    toolName,
    wrapsCustom,
    dialect,
    breakpoints: dialect.vendor && traits.cacheBreakpoints,
    systemRole: systemRole(target),
  });
  const tools = encodeTools(request, { target, found, toolName });
  const parameters = encodeParameters({ ...request, format: format.sent }, { target, traits, found });
  const body: JsonObject = { model: target.model, ...conversation, ...tools, ...parameters };
  const custom = wrapsCustom ? request.tools.filter(({ kind }) => kind === "custom") : [];
  const answer = {
    toolNames: renamed(request.tools, toolName),
    customTools: new Set(custom.map(({ name }) => toolName(name))),
    outputTool: undefined,
    // The API has no field for them.
    ...(request.stop.length === 0 ? {} : { localStop: request.stop }),
  };
  return found.rejection() ?? { kind: "encoded", body, losses: found.losses(), answer };
}

/** OpenAI's own models know both roles, and some of its hosts only `developer`; other servers are surer to know `system`. */
function systemRole({ dialect }: UpstreamTarget): "system" | "developer" {
  const { systemRole: role = "auto", vendor } = dialect;
  if (role !== "auto") return role;
  return vendor ? "developer" : "system";
}

function renamed(tools: readonly Tool[], toolName: (name: string) => string): ReadonlyMap<string, string> {
  const pairs = tools.map((tool) => [toolName(tool.name), tool.name] as const);
  return new Map(pairs.filter(([sent, original]) => sent !== original));
}
