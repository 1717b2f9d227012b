import { parseJson } from "../json.ts";
import { type Behaviour, behaviourSchema } from "./behaviour.ts";
import { type Read, readBehaviour } from "./script.ts";

const mark = "@sim:";

/**
 * A model name that says how to behave: `gpt-4o-mini@sim:status=503,retryAfter=1`. Values are JSON where they are JSON, else
 * text; a name alone means `true`. Gives the behaviour, `{}` for a plain model name.
 */
export function readDirective(model: string): Read<Behaviour> {
  const at = model.indexOf(mark);
  if (at < 0) return { ok: true, value: {} };
  const pairs = model.slice(at + mark.length).split(",");
  const behaviour = Object.fromEntries(pairs.map(readPair));
  return readBehaviour(behaviour);
}

/** The model's own name, without the directive. */
export function plainModel(model: string): string {
  const at = model.indexOf(mark);
  return at < 0 ? model : model.slice(0, at);
}

/** Fields that are text even where the value looks like a number. */
const textual = new Set(
  Object.entries(behaviourSchema.properties).flatMap(([name, schema]) =>
    "type" in schema && schema.type === "string" ? [name] : [],
  ),
);

function readPair(pair: string): readonly [string, unknown] {
  const at = pair.indexOf("=");
  if (at < 0) return [pair, true];
  const name = pair.slice(0, at);
  const value = pair.slice(at + 1);
  return [name, textual.has(name) ? value : (parseJson(value) ?? value)];
}
