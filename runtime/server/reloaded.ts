/**
 * What came of a new configuration; `generation` is the number of the one in service since. `problems` are sentences for
 * the operator: one that is refused leaves the old one in service.
 */
export type Reloaded =
  | Readonly<{ kind: "applied"; generation: number }>
  | Readonly<{ kind: "refused"; generation: number; problems: readonly string[] }>;
