import { once } from "node:events";
import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress } from "node:zlib";
import type { Step } from "../http/step.ts";
import type { Behaviour } from "../script/behaviour.ts";

type Encoding = NonNullable<Behaviour["contentEncoding"]>;

const compressors = {
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
  deflate: () => createDeflate({ flush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdCompress({ flush: constants.ZSTD_e_flush }),
} as const satisfies Record<Encoding, unknown>;

/** Compresses the body and flushes after every write, so that each event can be decoded as soon as it arrives. */
export async function* compressSteps(steps: Iterable<Step>, encoding: Encoding | undefined): AsyncIterable<Step> {
  if (encoding === undefined) {
    yield* steps;
    return;
  }
  const compressor = compressors[encoding]();
  const out: Buffer[] = [];
  compressor.on("data", (bytes: Buffer) => out.push(bytes));
  for (const step of steps) {
    if (step.kind !== "write") {
      yield step;
      continue;
    }
    await new Promise<void>((resolve) => compressor.write(step.bytes, () => resolve()));
    yield { kind: "write", bytes: Buffer.concat(out.splice(0)) };
  }
  compressor.end();
  await once(compressor, "end");
  yield { kind: "write", bytes: Buffer.concat(out) };
}
