/** What came of a new configuration. `problems` are sentences for the operator; the old one goes on when it is refused. */
export type Reloaded =
  | Readonly<{ kind: "applied"; generation: number }>
  | Readonly<{ kind: "refused"; problems: readonly string[] }>;
