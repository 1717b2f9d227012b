import type { HttpRequest } from "./http/http-request.ts";
import { isArray, type Json, parseJson } from "./json.ts";
import type { Reply } from "./reply.ts";
import { readScript, type Script } from "./script/script.ts";
import type { State } from "./state.ts";

/** Where the control API lives; nothing below it is recorded. */
export const controlPrefix = "/_sim/";

/** `GET|DELETE /_sim/requests`, `POST|DELETE /_sim/scripts`. */
export function answerControl(request: HttpRequest, state: State): Reply {
  const [path] = request.target.split("?");
  switch (`${request.method} ${path}`) {
    case "GET /_sim/requests":
      return json(200, JSON.stringify({ requests: state.log.entries }));
    case "DELETE /_sim/requests":
      state.log.clear();
      return json(200, JSON.stringify({ requests: 0 }));
    case "POST /_sim/scripts":
      return addScripts(parseJson(new TextDecoder().decode(request.body)), state);
    case "DELETE /_sim/scripts":
      state.scripts.clear();
      return json(200, JSON.stringify({ scripts: 0 }));
    default:
      return json(
        404,
        JSON.stringify({
          error: `No ${request.method} ${path}. There are GET and DELETE /_sim/requests, POST and DELETE /_sim/scripts.`,
        }),
      );
  }
}

function addScripts(body: Json | undefined, state: State): Reply {
  if (body === undefined) return json(400, JSON.stringify({ error: "The body is not JSON." }));
  const scripts: Script[] = [];
  for (const value of isArray(body) ? body : [body]) {
    const script = readScript(value);
    if (!script.ok)
      return json(
        400,
        JSON.stringify({ error: `${script.message}. \`arouter sim --help\` lists what a script can say.` }),
      );
    scripts.push(script.value);
  }
  for (const script of scripts) state.scripts.add(script);
  return json(200, JSON.stringify({ added: scripts.length }));
}

function json(status: number, text: string): Reply {
  return { status, headers: { "content-type": "application/json" }, body: { kind: "whole", bytes: `${text}\n` } };
}
