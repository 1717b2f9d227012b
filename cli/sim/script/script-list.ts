import type { Behaviour } from "./behaviour.ts";
import type { Script } from "./script.ts";

/** What a script is matched against. */
type Asked = Readonly<{
  model: string;
  path: string;
  key: string | undefined;
  /** Only scripts that name the path serve the request. */
  byPathOnly: boolean;
}>;

export type ScriptList = Readonly<{
  add(script: Script): void;
  clear(): void;
  /** The behaviour for this request; `{}` when no script fits. Uses the script up by one. */
  take(asked: Asked): Behaviour;
}>;

/** Scripts in the order they came. */
export function scriptList(): ScriptList {
  let entries: { script: Script; fits: (asked: Asked) => boolean; seen: number; left: number }[] = [];
  return {
    add: (script) => {
      const times = script.times ?? 1;
      entries.push({
        script,
        fits: matcher(script),
        seen: 0,
        left: times === "always" ? Number.POSITIVE_INFINITY : times,
      });
    },
    clear: () => {
      entries = [];
    },
    take: (asked) => {
      let taken: Behaviour | undefined;
      for (const entry of entries) {
        if (!entry.fits(asked)) continue;
        entry.seen += 1;
        const call = entry.script.when?.call;
        if (taken !== undefined || entry.left === 0 || (call !== undefined && call !== entry.seen)) continue;
        entry.left -= 1;
        taken = entry.script.do;
      }
      return taken ?? {};
    },
  };
}

function matcher({ when = {} }: Script): (asked: Asked) => boolean {
  const model = when.model === undefined ? undefined : wildcard(when.model);
  const path = when.path === undefined ? undefined : wildcard(when.path);
  return (asked) =>
    (path !== undefined || !asked.byPathOnly) &&
    (model === undefined || model.test(asked.model)) &&
    (path === undefined || path.test(asked.path)) &&
    (when.key === undefined || when.key === asked.key);
}

function wildcard(pattern: string): RegExp {
  const literal = pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`);
}
