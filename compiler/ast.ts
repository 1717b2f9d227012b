import type { Config } from "../schemas/config.ts";
import type { Policies } from "../schemas/policies.ts";
import type { MapNode, Node } from "./node.ts";

/** A parsed file twice: as typed data to read, and as a tree to point into. */
export type Document<T> = Readonly<{ value: T; root: MapNode }>;

/** What the user wrote; shapes are right, names and values are not checked yet. */
export type Ast = Readonly<{
  config: Document<Config>;
  /** Undefined when there is no policy file: no rules. */
  policies: Document<Policies> | undefined;
  schemas: readonly Readonly<{ name: string; file: string; root: Node }>[];
}>;
