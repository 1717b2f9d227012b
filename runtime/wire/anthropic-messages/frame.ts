import type { JsonObject } from "../canonical.ts";
import { encodeSse } from "../sse.ts";

/** One event of a Messages stream. Official clients drop frames whose `event:` line is missing. */
export function frame(data: JsonObject & Readonly<{ type: string }>): string {
  return encodeSse({ event: data.type, data: JSON.stringify(data) });
}
