/** Whether this program was made by `bun build --compile`: its files then have paths of their own, inside it. */
export function isExecutable(): boolean {
  return process.argv[1]?.startsWith("/$bunfs/") === true;
}

/** Program and arguments that start this very process again. */
export function ownCommand(): string[] {
  // An executable adds the path inside itself, its argv[1], on its own.
  const rest = isExecutable() ? process.argv.slice(2) : [...process.execArgv, ...process.argv.slice(1)];
  return [process.execPath, ...rest];
}
