import { type Static, Type } from "typebox";
import { closed } from "./closed.ts";
import { text } from "./fields.ts";
import { AlsoSurface } from "./surface-config.ts";

/** A file of `dialects/`: where an upstream is, and how it differs from the vendors whose APIs it speaks. */
export const DialectSchema = closed({
  label: text("What people call it."),
  checked: Type.String({
    minLength: 10,
    maxLength: 10,
    description: "The day its facts were looked up, `YYYY-MM-DD`.",
  }),
  sources: Type.Array(text("A URL."), { minItems: 1, maxItems: 20, description: "Where they were looked up." }),
  notes: Type.Optional(text("What a user should know.")),
  base_url: Type.Optional(text("Where it lives. Absent where every user has an address of their own.")),
  vendor: Type.Optional(Type.Boolean({ description: "Whether it is the vendor of the APIs it speaks. Default: no." })),
  surfaces: Type.Array(AlsoSurface, { minItems: 1, maxItems: 8, description: "Its APIs, the main one first." }),
});

export type DialectFile = Static<typeof DialectSchema>;
