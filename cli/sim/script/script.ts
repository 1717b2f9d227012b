import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { behaviourSchema } from "./behaviour.ts";

const closed = { additionalProperties: false };

const scriptSchema = Type.Object(
  {
    when: Type.Optional(
      Type.Object(
        {
          model: Type.Optional(
            Type.String({ description: "the requested model; `*` stands for any run of characters" }),
          ),
          path: Type.Optional(Type.String({ description: "such as /v1/messages; `*` as in model" })),
          key: Type.Optional(Type.String({ description: "the API key of the request" })),
          call: Type.Optional(
            Type.Integer({ minimum: 1, description: "only the n-th request all else of `when` fits" }),
          ),
        },
        closed,
      ),
    ),
    times: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1 }), Type.Literal("always")], {
        description: "how many requests it serves; 1 unless given",
      }),
    ),
    do: behaviourSchema,
  },
  closed,
);

/** When to behave how. Scripts are asked in the order they came; the first that fits and is not used up serves the request. */
export type Script = Static<typeof scriptSchema>;

const script = Compile(scriptSchema);
const behaviour = Compile(behaviourSchema);

export type Read<T> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; message: string }>;

/** Checks a script from outside; the message names the place and what is wrong there. */
export function readScript(value: unknown): Read<Script> {
  return script.Check(value) ? { ok: true, value } : { ok: false, message: explain(script.Errors(value)) };
}

/** Checks the behaviour a model-name directive spells. */
export function readBehaviour(value: unknown): Read<Static<typeof behaviourSchema>> {
  return behaviour.Check(value) ? { ok: true, value } : { ok: false, message: explain(behaviour.Errors(value)) };
}

function explain(errors: readonly Readonly<{ instancePath: string; message: string; keyword: string }>[]): string {
  const first = errors[0];
  if (first === undefined) return "not a script";
  const reason = first.keyword === "boolean" ? "is not known" : first.message;
  return `${first.instancePath === "" ? "the script" : first.instancePath} ${reason}`;
}
