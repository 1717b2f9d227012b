import { tokensOf } from "./tokens.ts";

/** Cuts a text into the deltas of a stream: one token each, or `chars` code points each. */
export function deltasOf(text: string, chars: number | undefined): readonly string[] {
  if (chars === undefined) return tokensOf(text);
  const points = [...text];
  const deltas: string[] = [];
  for (let at = 0; at < points.length; at += chars) deltas.push(points.slice(at, at + chars).join(""));
  return deltas;
}
