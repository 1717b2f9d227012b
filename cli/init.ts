import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Arguments, type Command, exitCode, type Flag, flagValue, type Io } from "./command.ts";
import { ancestors } from "./init/ancestors.ts";
import { askWishes, providersIn, usualWishes } from "./init/ask-wishes.ts";
import { goalNames, isGoal } from "./init/goals.ts";
import { newFiles, type Wishes } from "./init/new-files.ts";
import { schemaFolder } from "./init/schema-folder.ts";
import { startersOf } from "./init/starter.ts";
import { ciNames, isCi } from "./init/starter-ci.ts";
import { starterProviders } from "./init/starter-models.ts";

const flags: readonly Flag[] = [
  {
    name: "provider",
    value: "NAME",
    about: `may be repeated, or a list with commas: ${starterProviders.join(", ")}`,
  },
  { name: "goal", value: goalNames.join("|"), choices: goalNames, about: "what the policies are for" },
  { name: "ci", value: ciNames.join("|"), choices: ciNames, about: "whose file for continuous integration to write" },
  {
    name: "yes",
    about: `ask nothing: ${usualWishes.providers.join()}, ${usualWishes.goal} and ${usualWishes.ci} unless flags say otherwise`,
  },
  { name: "force", about: "overwrite files" },
];

export const initCommand: Command = {
  name: "init",
  summary: "write a configuration, policies, tests of them and a file for continuous integration",
  operands: ["[FOLDER]"],
  flags,
  examples: [
    "arouter init",
    "arouter init gateway --provider openai,anthropic --goal structured --ci none",
    "arouter init --yes --force",
  ],
  exitCodes: ["0  the files are written", "2  wrong usage, a file stands in the way, or nothing was answered"],
  run,
};

const ownPackage = fileURLToPath(new URL("..", import.meta.url));

async function run(args: Arguments, io: Io): Promise<number> {
  const [folder = "."] = args.operands;
  const said = saidWishes(args);
  if ("problem" in said) return wrong(said.problem, io);
  const wishes = await allWishes(said, args, io);
  if (wishes === undefined) return exitCode.usage;
  const schemas = schemaFolder(folder, ownPackage);
  const repository = ancestors(folder).find((one) => existsSync(join(one, ".git")));
  const root = repository === undefined ? folder : relative(".", repository);
  const files = Object.entries(newFiles(wishes, { folder, root, schemas: schemas.path }));
  const standing = files.filter(([path]) => existsSync(path));
  if (standing.length > 0 && !args.flags.has("force")) {
    const names = standing.map(([path]) => path).join(", ");
    io.err(`error: There is already ${names}. Nothing was written; --force overwrites.\n`);
    return exitCode.usage;
  }
  for (const [path, text] of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    io.out(`Wrote ${path}\n`);
  }
  io.out(nextSteps(wishes, folder, schemas.exists));
  return exitCode.ok;
}

/** What the flags say. */
function saidWishes(args: Arguments): Partial<Wishes> | Readonly<{ problem: string }> {
  const written = args.flags.get("provider");
  const providers = written === undefined ? undefined : providersIn(written.join());
  if (providers !== undefined && "problem" in providers) return { problem: `--provider: ${providers.problem}` };
  if (providers?.length === 0) return { problem: "--provider needs a name." };
  const goal = flagValue(args, "goal");
  const ci = flagValue(args, "ci");
  return {
    ...(providers === undefined ? {} : { providers }),
    ...(goal !== undefined && isGoal(goal) ? { goal } : {}),
    ...(ci !== undefined && isCi(ci) ? { ci } : {}),
  };
}

/** Undefined when they cannot be had, which has been told. */
async function allWishes(said: Partial<Wishes>, args: Arguments, io: Io): Promise<Wishes | undefined> {
  const { providers, goal, ci } = said;
  if (providers !== undefined && goal !== undefined && ci !== undefined) return { providers, goal, ci };
  if (args.flags.has("yes")) return { ...usualWishes, ...said };
  const conversation = io.converse?.();
  if (conversation === undefined) {
    wrong("There is no terminal to ask on. Give --provider, --goal and --ci, or --yes for what is usual.", io);
    return undefined;
  }
  const wishes = await askWishes(said, conversation);
  conversation.end();
  if (wishes === undefined) io.err("\nNothing was written.\n");
  else io.out("\n");
  return wishes;
}

/** What to type next. */
function nextSteps({ providers }: Wishes, folder: string, isInstalled: boolean): string {
  const path = relative(".", folder);
  const keys = startersOf(providers).flatMap(({ keyVariable }) => keyVariable ?? []);
  const steps = [
    ...(path === "" ? [] : [`cd ${path}`]),
    ...(isInstalled ? [] : ["npm install --save-dev arouter"]),
    "npx arouter check",
    "npx arouter test --coverage",
    ...keys.map((name) => `export ${name}=…`),
    "npx arouter serve",
  ];
  return `\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}`;
}

function wrong(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter init --help\n`);
  return exitCode.usage;
}
