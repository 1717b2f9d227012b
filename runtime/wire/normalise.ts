import type { Block, Request, ToolCall, ToolResult, Turn } from "./canonical.ts";
import type { Decoded } from "./codec.ts";
import { type Notes, notes } from "./notes.ts";
import type { Places } from "./places.ts";

/** What stands in for the result of a call that the client's history does not answer. */
const missingResultText = "Tool call was not executed.";

/** A run of assistant turns and everything up to the next one. */
type Exchange = Readonly<{ assistants: readonly Turn[]; followers: readonly Turn[] }>;

/**
 * Puts tool results where both APIs want them: the results of one assistant turn are the first blocks of ONE user turn
 * directly after it, one for each call, in call order. Other blocks keep their order behind them, so a system turn that
 * stood between calls and results follows the results. A call without a result gets an error result, a result without a
 * call is dropped, of two results for one call the last stays. All three are losses.
 *
 * Looks no further than the next assistant turn: appending an exchange never changes what was made of the turns before
 * it, which is what prompt caches and signed thinking blocks are bound to. Doing it twice changes nothing.
 */
export function normalise(request: Request, places?: Places): Decoded<Request> {
  const found = notes(places);
  const [opening, ...exchanges] = splitExchanges(request.turns);
  const turns = [
    ...(opening === undefined ? [] : settle(opening, found)),
    ...exchanges.flatMap((exchange) => settle(exchange, found)),
  ];
  return { kind: "decoded", value: { ...request, turns }, losses: found.losses(), places };
}

/** The first exchange may have no assistant turn: what a user says before any answer. */
function splitExchanges(turns: readonly Turn[]): readonly Exchange[] {
  const exchanges: { assistants: Turn[]; followers: Turn[] }[] = [{ assistants: [], followers: [] }];
  for (const turn of turns) {
    const last = exchanges.at(-1);
    if (turn.role !== "assistant") last?.followers.push(turn);
    else if (last === undefined || last.followers.length > 0) exchanges.push({ assistants: [turn], followers: [] });
    else last.assistants.push(turn);
  }
  return exchanges;
}

function settle({ assistants, followers }: Exchange, found: Notes): readonly Turn[] {
  const calls = assistants.map((turn) => turn.blocks.filter(isCall));
  const results = matchResults(calls.flat(), followers.flatMap(resultsOf), found);
  const rest = followers.map(withoutResults).filter((turn) => turn.blocks.length > 0);
  const settled = assistants.flatMap((turn, index): readonly Turn[] => {
    const answers = (calls[index] ?? []).map((call) => results.get(call) ?? missingResult(call, found));
    return answers.length === 0 ? [turn] : [turn, { role: "user", blocks: answers }];
  });
  return joinResults(settled, rest);
}

/** Which result answers which call. The k-th result of an id answers the k-th call with it, later ones replace the last. */
function matchResults(
  calls: readonly ToolCall[],
  results: readonly ToolResult[],
  found: Notes,
): ReadonlyMap<ToolCall, ToolResult> {
  const waiting = new Map<string, ToolCall[]>();
  for (const call of calls) {
    const queue = waiting.get(call.id);
    if (queue === undefined) waiting.set(call.id, [call]);
    else queue.push(call);
  }
  const matched = new Map<ToolCall, ToolResult>();
  for (const result of results) {
    const queue = waiting.get(result.callId);
    const call = queue?.[0];
    if (queue === undefined || call === undefined) {
      found.lose("orphan_tool_result", "messages", result);
      continue;
    }
    if (matched.has(call)) found.lose("duplicate_tool_result", "messages", result);
    matched.set(call, result);
    if (queue.length > 1) queue.shift();
  }
  return matched;
}

function missingResult(call: ToolCall, found: Notes): ToolResult {
  found.lose("missing_tool_result", "messages", call);
  return {
    kind: "tool-result",
    callId: call.id,
    blocks: [{ kind: "text", text: missingResultText }],
    isError: true,
  };
}

/** One user turn for results and what the user said next, so that results stay its first blocks. */
function joinResults(settled: readonly Turn[], rest: readonly Turn[]): readonly Turn[] {
  const results = settled.at(-1);
  const next = rest[0];
  if (results?.role !== "user" || next?.role !== "user") return [...settled, ...rest];
  const joined: Turn = { role: "user", blocks: [...results.blocks, ...next.blocks] };
  return [...settled.slice(0, -1), joined, ...rest.slice(1)];
}

function withoutResults(turn: Turn): Turn {
  return turn.blocks.some(isResult) ? { ...turn, blocks: turn.blocks.filter((block) => !isResult(block)) } : turn;
}

function resultsOf(turn: Turn): readonly ToolResult[] {
  return turn.blocks.filter(isResult);
}

function isCall(block: Block): block is ToolCall {
  return block.kind === "tool-call";
}

function isResult(block: Block): block is ToolResult {
  return block.kind === "tool-result";
}
