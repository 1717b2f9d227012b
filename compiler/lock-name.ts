/** Where the prices and capabilities of a configuration are pinned: `arouter.lock` beside `arouter.toml`. */
export function lockName(configFile: string): string {
  return `${configFile.replace(/\.[^./\\]+$/, "")}.lock`;
}
