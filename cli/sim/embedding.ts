import { createHash } from "node:crypto";

const floatsPerBlock = 8;
const bytesPerFloat = 4;

/** The vector of a text: of length one, the same for the same text; a shorter one is the beginning of a longer one, scaled. */
export function embedding(text: string, dimensions: number): readonly number[] {
  const values = Array.from({ length: Math.ceil(dimensions / floatsPerBlock) }, (_, block) => {
    const bytes = createHash("sha256").update(`${block} ${text}`).digest();
    return Array.from({ length: floatsPerBlock }, (__, at) => bytes.readInt32LE(at * bytesPerFloat));
  }).flat();
  const kept = values.slice(0, dimensions);
  const length = Math.hypot(...kept);
  return kept.map((value) => Math.fround(value / length));
}
