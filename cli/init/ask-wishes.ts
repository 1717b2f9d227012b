import { suggest } from "../../compiler/suggest.ts";
import type { DialectName } from "../../schemas/dialect-names.ts";
import type { Conversation } from "../terminal-conversation.ts";
import { goalNames, goals } from "./goals.ts";
import type { Wishes } from "./new-files.ts";
import { ciNames } from "./starter-ci.ts";
import { starterProviders } from "./starter-models.ts";

/** What holds where nothing else is said. */
export const usualWishes: Wishes = { providers: ["openai"], goal: "save", ci: "github" };

/** Asks for what the command line does not say; undefined when there are no more answers. */
export async function askWishes(said: Partial<Wishes>, conversation: Conversation): Promise<Wishes | undefined> {
  const { ask } = conversation;
  const providers = said.providers ?? (await askProviders(ask));
  if (providers === undefined) return undefined;
  const goal = said.goal ?? (await askOne(ask, goalQuestion, goalNames, usualWishes.goal));
  if (goal === undefined) return undefined;
  const ci = said.ci ?? (await askOne(ask, ciQuestion, ciNames, usualWishes.ci));
  return ci && { providers, goal, ci };
}

type Ask = Conversation["ask"];

async function askProviders(ask: Ask): Promise<readonly DialectName[] | undefined> {
  const read = (line: string) => providersIn(line === "" ? usualWishes.providers.join() : line);
  const question = `Which providers? Names or numbers, with commas between them.\n${providerList()}`;
  return await asked(ask, question, `Providers [${usualWishes.providers.join(", ")}]: `, read);
}

async function askOne<Word extends string>(
  ask: Ask,
  question: string,
  words: readonly Word[],
  usual: Word,
): Promise<Word | undefined> {
  const read = (line: string) => (line === "" ? usual : meant(line, words));
  return await asked(ask, question, `Your choice [${usual}]: `, read);
}

/** Asks until an answer can be read. */
async function asked<T>(
  ask: Ask,
  question: string,
  prompt: string,
  read: (line: string) => T | Misread,
): Promise<T | undefined> {
  let line = await ask(`${question}\n${prompt}`);
  for (;;) {
    if (line === undefined) return undefined;
    const answer = read(line.trim());
    if (!isMisread(answer)) return answer;
    line = await ask(`${answer.problem}\n${prompt}`);
  }
}

type Misread = Readonly<{ problem: string }>;

function isMisread(answer: unknown): answer is Misread {
  return typeof answer === "object" && answer !== null && "problem" in answer;
}

/** Providers by name or number, each once; commas or blanks part them. */
export function providersIn(written: string): readonly DialectName[] | Misread {
  const words = written.split(/[\s,]+/).filter((word) => word !== "");
  const found = words.map((word) => meant(word, starterProviders));
  const misread = found.find(isMisread);
  if (misread !== undefined) return misread;
  return [...new Set(found.flatMap((one) => (isMisread(one) ? [] : one)))];
}

/** One of the words, by itself or by its number from 1. */
function meant<Word extends string>(written: string, words: readonly Word[]): Word | Misread {
  const word = /^\d+$/.test(written) ? words[Number(written) - 1] : words.find((one) => one === written.toLowerCase());
  if (word !== undefined) return word;
  const hint = suggest(written, words) ?? `It is one of ${words.join(", ")}, or a number from 1 to ${words.length}.`;
  return { problem: `There is no ${JSON.stringify(written)}. ${hint}` };
}

const columnCount = 3;

function providerList(): string {
  const rows = Math.ceil(starterProviders.length / columnCount);
  const cell = (at: number) => {
    const name = starterProviders[at];
    return name === undefined ? "" : `${String(at + 1).padStart(4)}  ${name.padEnd(16)}`;
  };
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columnCount }, (_, column) => cell(column * rows + row))
      .join("")
      .trimEnd(),
  ).join("\n");
}

const goalQuestion = `\nWhat is the gateway for?\n${numbered(goalNames, (name) => goals[name])}`;
const ciAbout = { github: "GitHub Actions", gitlab: "GitLab CI", none: "no file for that" } as const;
const ciQuestion = `\nWhere are changes of the policies checked?\n${numbered(ciNames, (name) => ciAbout[name])}`;

function numbered<Word extends string>(words: readonly Word[], about: (word: Word) => string): string {
  return words.map((word, index) => `${String(index + 1).padStart(4)}  ${word.padEnd(11)} ${about(word)}`).join("\n");
}
