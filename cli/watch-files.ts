import { type FSWatcher, watch } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { after, afterInBackground } from "../runtime/clock.ts";

export type FileWatch = Readonly<{
  /**
   * Watches these files from now on, by their absolute paths; one that is not there counts when it comes. `readMs` is
   * when they were read (since 1970): what was written later is a change.
   */
  follow(files: readonly string[], readMs: number): Promise<void>;
  close(): void;
}>;

/** Network and container file systems tell of no event; and swapping a link further up makes none in the folder. */
const lookAgainMs = 1000;

/**
 * Calls `onChange` once files have changed and then been left alone for `quietMs`. Folders are watched, not files, so a
 * file that is replaced or deleted and written again stays watched; what counts is how the files look afterwards.
 */
export function watchFiles(quietMs: number, onChange: () => void): FileWatch {
  let seen: ReadonlyMap<string, Appearance> = new Map();
  let watchers: readonly FSWatcher[] = [];
  let cancelQuiet: () => void = () => undefined;
  let cancelLook: () => void = () => undefined;
  let closed = false;

  function changed(): void {
    cancelQuiet();
    if (!closed) cancelQuiet = after(quietMs, onChange);
  }

  async function look(): Promise<void> {
    const before = seen;
    const now = await appearances([...before.keys()]);
    if (closed || seen !== before) return;
    seen = now;
    if ([...now].some(([file, { mark }]) => before.get(file)?.mark !== mark)) changed();
    cancelLook();
    cancelLook = afterInBackground(lookAgainMs, () => void look());
  }

  return {
    follow: async (files, readMs) => {
      const folders = await foldersOf(files);
      const now = await appearances(files);
      if (closed) return;
      const isNews = ([file, { mark, writtenMs }]: [string, Appearance]) =>
        seen.has(file) ? seen.get(file)?.mark !== mark : writtenMs > readMs;
      const news = [...now].some(isNews);
      seen = now;
      for (const watcher of watchers) watcher.close();
      watchers = folders.flatMap((folder) => watchFolder(folder, () => void look()));
      if (news) changed();
      await look();
    },
    close: () => {
      closed = true;
      cancelQuiet();
      cancelLook();
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watchFolder(folder: string, onEvent: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on("error", onEvent);
    return [watcher];
  } catch {
    // A folder that is not there is looked for again, like its files.
    return [];
  }
}

/** Where the files are said to be, and where they really are. */
async function foldersOf(files: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
  return [...new Set([...files, ...real].map(dirname))];
}

/** `mark` changes with every change of the file. */
type Appearance = Readonly<{ mark: string; writtenMs: number }>;

async function appearances(files: readonly string[]): Promise<ReadonlyMap<string, Appearance>> {
  const each = files.map(async (file): Promise<[string, Appearance]> => {
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return [file, { mark: "missing", writtenMs: 0 }];
    const { ino, size, mtimeMs, ctimeMs } = found;
    return [file, { mark: [ino, size, mtimeMs, ctimeMs].join(" "), writtenMs: mtimeMs }];
  });
  return new Map(await Promise.all(each));
}
