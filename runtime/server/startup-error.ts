/** Why a gateway could not start; `problems` are sentences for the operator. */
export class StartupError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "StartupError";
    this.problems = problems;
  }
}
