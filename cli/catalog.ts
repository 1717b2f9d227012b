import { suggest } from "../compiler/suggest.ts";
import { listModels } from "./catalog/list-models.ts";
import { dateFlag } from "./catalog/lock-date.ts";
import { showModel } from "./catalog/show-model.ts";
import { updateLock } from "./catalog/update-lock.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  exitCode,
  type Io,
  profileFlag,
} from "./command.ts";

const actions: Readonly<Record<string, (args: Arguments, io: Io) => Promise<number>>> = {
  list: listModels,
  show: showModel,
  update: updateLock,
};

export const catalogCommand: Command = {
  name: "catalog",
  summary: "tell what is known of models and where from; take prices from a file",
  operands: ["list|show|update", "[MODEL]"],
  flags: [
    configFlag,
    profileFlag,
    {
      name: "from",
      value: "FILE",
      about: "a list of prices in the shape of models.dev, LiteLLM or OpenRouter, or another lock (update)",
    },
    { name: "write", about: "write the lock (update; without it only what would change is said)" },
    { name: "dry-run", about: "write nothing, whatever else is said (update)" },
    dateFlag,
    { name: "json", about: "print JSON" },
  ],
  examples: [
    "arouter catalog list",
    "arouter catalog show gpt-5-mini",
    "arouter catalog update --from model_prices_and_context_window.json",
    "arouter catalog update --from api.json --write --date 2026-11-21",
  ],
  exitCodes: [
    "0  no errors",
    "1  the configuration has errors, or the file has prices that are none",
    commonExitCodes[2],
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const [name = ""] = args.operands;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action !== undefined) return action(args, io);
  const hint = suggest(name, Object.keys(actions)) ?? `Actions are ${Object.keys(actions).join(", ")}.`;
  io.err(`error: There is no action ${JSON.stringify(name)}. ${hint}\nRun: arouter catalog --help\n`);
  return exitCode.usage;
}
