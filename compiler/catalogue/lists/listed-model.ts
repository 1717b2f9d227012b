import type { Diagnostic } from "../../diagnostics.ts";
import type { ListedPrice } from "../../ir.ts";
import type { ModelCapabilities } from "../model-capabilities.ts";

/** A model in a list of prices that somebody else keeps. */
export type ListedModel = Readonly<{
  /** In the list's own words. */
  provider: string;
  model: string;
  /** What it says, read when it is wanted: nobody cares for mistakes in what is not used. */
  read(): ListedEntry;
}>;

export type ListedEntry = Readonly<{
  price: ListedPrice | undefined;
  capabilities: ModelCapabilities;
  /** Amounts that are none. */
  diagnostics: readonly Diagnostic[];
}>;
