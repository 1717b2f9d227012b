import { Glob } from "bun";
import type { WireFormat } from "../../runtime/contract.ts";
import type { JsonObject } from "../../runtime/wire/canonical.ts";

/** What one client sent: its shape, with our own words. */
export type Case = Readonly<{
  /** Client, version and what it was about. */
  title: string;
  format: WireFormat;
  path: string;
  headers: Readonly<Record<string, string>>;
  /** With the model, and whether it is a stream, also where the URL says so. */
  body: JsonObject;
  /** The model that was asked for. */
  model: string;
}>;

type File = Readonly<{
  client: string;
  headers: Readonly<Record<string, string>>;
  requests: readonly Readonly<{
    name: string;
    path: string;
    headers?: Readonly<Record<string, string>>;
    body: JsonObject;
  }>[];
}>;

const folder = `${import.meta.dir}/cases`;
const names = [...new Glob("*.json").scanSync(folder)].toSorted();
const files: readonly File[] = await Promise.all(names.map((name) => Bun.file(`${folder}/${name}`).json()));

export const cases: readonly Case[] = files.flatMap(({ client, headers, requests }) =>
  requests.map(({ name, path, headers: more, body }) => ({
    title: `${client}: ${name}`,
    path,
    headers: { "content-type": "application/json", ...headers, ...more },
    ...described(path, body),
  })),
);

function described(path: string, body: JsonObject): Pick<Case, "format" | "model" | "body"> {
  const [, model, method] = /models\/(.*):(\w+)/.exec(path) ?? [];
  if (model === undefined) return { format: formatOf(path), model: String(body["model"]), body };
  return { format: "gemini", model, body: { ...body, model, stream: method === "streamGenerateContent" } };
}

function formatOf(path: string): WireFormat {
  if (path.includes("/chat/completions")) return "openai-chat";
  return path.includes("/responses") ? "openai-responses" : "anthropic-messages";
}
