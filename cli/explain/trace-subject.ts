import { clientCodecs } from "../../runtime/request/client-codecs.ts";
import { noOverrides } from "../../runtime/request/overrides.ts";
import type { Arguments, Io } from "../command.ts";
import type { InterpretedGateway } from "../interpreted-gateway.ts";
import { NoSourceError } from "../no-source-error.ts";
import { openSource } from "../trace-source.ts";
import { bareSubject } from "./bare-subject.ts";
import { factsOfTrace } from "./facts-of-trace.ts";
import { overrideNames } from "./override-texts.ts";
import type { Subject, Unexplainable } from "./subject.ts";

/** A request that the store or the gateway of `arouter trace` remembers, as far as it does. */
export async function traceSubject(
  id: string,
  args: Arguments,
  io: Io,
  gateway: InterpretedGateway,
): Promise<Subject | Unexplainable> {
  const trace = await traceCalled(id, args, io);
  if ("problem" in trace) return trace;
  const codec = Object.values(clientCodecs).find(({ endpoint }) => endpoint === trace.endpoint);
  if (codec === undefined) return { problem: `No rule speaks of requests for ${trace.endpoint}.` };
  const asked = trace.facts?.overrides ?? [];
  const known = (model: string) => factsOfTrace(trace, codec.endpoint, model);
  return {
    ...bareSubject(
      trace.model_requested,
      codec.endpoint,
      known,
      { ...noOverrides, noPolicy: asked.includes("x-arouter-no-policy") },
      gateway,
    ),
    overrides: overrideNames(asked),
    trace,
  };
}

async function traceCalled(id: string, args: Arguments, io: Io) {
  try {
    const source = await openSource(args, io);
    const page = await source.trace(id).finally(source.close);
    if (page.kind === "page") return page.body;
    return { problem: page.kind === "wrong" ? page.message : `There is no trace ${JSON.stringify(id)}.` };
  } catch (thrown) {
    if (!(thrown instanceof NoSourceError)) throw thrown;
    return { problem: thrown.message };
  }
}
