import type { Provider } from "../contract.ts";
import { askModels, type Fetch } from "../model-list/ask-models.ts";
import type { ListedModel } from "../model-list/listed-model.ts";

/** What a probe tells about a provider. */
export type ProbeResult =
  | Readonly<{
      kind: "answered";
      status: number;
      /** Undefined when the answer was no list of models. */
      models: readonly ListedModel[] | undefined;
    }>
  /** `why` is an error code of the system or `timeout`; never a URL or a header. */
  | Readonly<{ kind: "unreachable"; why: string }>;

/** Asks a provider for its models, and forgets the text of the answer. `access` is what it is let in with. Never rejects. */
export async function probeProvider(
  provider: Provider,
  access: Readonly<Record<string, string>>,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const answer = await askModels(provider, access, fetch, signal);
  if (answer.kind === "unreachable") return answer;
  return { kind: "answered", status: answer.status, models: answer.models };
}
