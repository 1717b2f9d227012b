import type { JsonObject } from "../canonical.ts";
import type { Notes } from "../notes.ts";
import type { CallIds } from "./call-ids.ts";
import type { ConversationBuilder } from "./conversation-builder.ts";

/** What the items of one request are read into. */
export type Reading = Readonly<{ conversation: ConversationBuilder; ids: CallIds; found: Notes }>;

/** Reads one item found at `path`. */
export type InputReader = (item: JsonObject, path: string, reading: Reading) => void;
