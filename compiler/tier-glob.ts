import type { Config } from "../schemas/config.ts";
import { defaults } from "../schemas/defaults.ts";

/** What a tier's keyword matches among names in lower case. */
export function tierGlob(keyword: string, { routing }: Config): string {
  const text = keyword.toLowerCase();
  switch (routing?.tier_match ?? defaults.tierMatch) {
    case "contains":
      return `*${text}*`;
    case "prefix":
      return `${text}*`;
    case "glob":
      return text;
  }
}
