import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Failed, type Understood, understand, understandSources } from "../../compiler/compile.ts";
import { load, readSource } from "../../compiler/load.ts";
import { entryOf } from "../../compiler/node.ts";
import { parseTree } from "../../compiler/tree.ts";
import { type Arguments, defaultConfig, exitCode, flagValue, type Io } from "../command.ts";
import { compileOptions, findConfig } from "../find-config.ts";
import { interpretedGateway } from "../interpreted-gateway.ts";
import { failureCode, report } from "../report.ts";
import { changedRoute } from "./changed-route.ts";
import { jsonWhatIf, markdownWhatIf, prettyWhatIf } from "./print-what-if.ts";
import { readPastRequests } from "./read-past-requests.ts";
import { messageOf, wrong } from "./usage.ts";
import { type WhatIf, whatIf } from "./what-if.ts";

/** Says what the rules in `policy` would have done with the first `limit` requests of a file. Nothing is sent. */
export async function routeAgain(
  file: string,
  policy: string,
  limit: number,
  args: Arguments,
  io: Io,
): Promise<number> {
  const understood = await understoodPolicy(policy, args, io);
  if (!understood.ok) {
    report(understood, { operands: [], flags: new Map() }, io);
    return failureCode(understood.diagnostics);
  }
  const past = await readPastRequests(file, limit).catch(messageOf);
  if (typeof past === "string") return wrong(`${file} cannot be read: ${past}`, io);
  const gateway = interpretedGateway(understood);
  const rows = past.requests.flatMap((request) => changedRoute(request, understood.ir, gateway) ?? []);
  const leftOut = [
    { why: "of an endpoint that no rule speaks of", requests: past.requests.length - rows.length },
    { why: "no line of a log file and no trace", requests: past.foreign },
  ];
  io.out(printed(whatIf(rows, leftOut), args, io));
  return exitCode.ok;
}

function printed(found: WhatIf, args: Arguments, io: Io): string {
  switch (flagValue(args, "format")) {
    case "json":
      return jsonWhatIf(found);
    case "markdown":
      return markdownWhatIf(found);
    default:
      return prettyWhatIf(found, io.columns);
  }
}

/** A configuration, the folder of one, or a policy file for the configuration of now. */
async function understoodPolicy(path: string, args: Arguments, io: Io): Promise<Understood | Failed> {
  const options = compileOptions(args);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return understand(join(path, defaultConfig), options);
  if (!(await hasRules(path))) return understand(path, options);
  const loaded = await load(findConfig(args, io), path);
  return loaded.ok ? understandSources(loaded.value, options) : { ...loaded, sources: undefined };
}

/** Only policy files have rules at their top. */
async function hasRules(path: string): Promise<boolean> {
  const source = await readSource(dirname(path), basename(path));
  return typeof source !== "string" && entryOf(parseTree(source).root, "rules") !== undefined;
}
