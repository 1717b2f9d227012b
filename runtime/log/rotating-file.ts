import { createWriteStream, fchmodSync, fstatSync, type WriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { epochMs } from "../clock.ts";

/** When a file makes room for the next, and how many of those before it are kept: `FILE.1` is the newest. */
export type Rotation = Readonly<{
  /** About: a file is looked at now and then. 0: it grows for ever. */
  maxBytes: number;
  keep: number;
}>;

export type RotatingFile = Readonly<{
  /** Appends a line, in the background. */
  write(line: string): void;
  /** Resolves when everything is in the file. */
  close(): Promise<void>;
}>;

const maxBytesBetweenLooks = 1024 * 1024;
/** Of a lock whose owner was killed. */
const staleLockMs = 10_000;

/**
 * Appends lines to a file that only its owner may read, and that several processes may append to at once. Goes on in a
 * new one after `maxBytes`, or where somebody else has moved the file away. A disk that is full loses lines and is told
 * of once, through `warn`.
 */
export function openRotatingFile(path: string, rotation: Rotation, warn: (message: string) => void): RotatingFile {
  const betweenLooks = Math.min(maxBytesBetweenLooks, Math.ceil(rotation.maxBytes / 4) || maxBytesBetweenLooks);
  let isBroken = false;
  let sinceLook = 0;
  let looking: Promise<void> | undefined;
  let inode: number | undefined;
  let file = openFile();

  function fail(error: unknown): void {
    if (!isBroken) warn(`the log file ${path} cannot be written: ${error instanceof Error ? error.message : error}`);
    isBroken = true;
  }

  function openFile(): WriteStream {
    const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
    stream.on("open", (descriptor) => {
      fchmodSync(descriptor, 0o600);
      inode = fstatSync(descriptor).ino;
    });
    stream.on("error", fail);
    return stream;
  }

  async function look(): Promise<void> {
    if ((await sizeOf(path)) >= (rotation.maxBytes || Infinity)) await rotate(path, rotation);
    const there = await stat(path).catch(() => undefined);
    if (there?.ino === inode) return;
    file.end();
    file = openFile();
  }

  return {
    write: (line) => {
      if (isBroken) return;
      const text = `${line}\n`;
      file.write(text);
      sinceLook += Buffer.byteLength(text);
      if (sinceLook < betweenLooks || looking !== undefined) return;
      sinceLook = 0;
      looking = look()
        .catch(fail)
        .finally(() => {
          looking = undefined;
        });
    },
    close: async () => {
      await looking;
      if (!isBroken) await new Promise<void>((resolve) => file.end(() => resolve()));
    },
  };
}

/** Moves `path` to `path.1`, that to `path.2` and so on; does nothing while another process does so. */
async function rotate(path: string, { maxBytes, keep }: Rotation): Promise<void> {
  const lock = `${path}.lock`;
  const held = await open(lock, "wx").catch(() => undefined);
  if (held === undefined) {
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Infinity }));
    if (epochMs() - mtimeMs > staleLockMs) await rm(lock, { force: true });
    return;
  }
  try {
    // Another process may have done it between the look and the lock.
    if ((await sizeOf(path)) < maxBytes) return;
    if (keep === 0) return await rm(path);
    for (let n = keep; n > 1; n -= 1) await rename(`${path}.${n - 1}`, `${path}.${n}`).catch(() => undefined);
    await rename(path, `${path}.1`);
  } finally {
    await held.close();
    await rm(lock, { force: true });
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
