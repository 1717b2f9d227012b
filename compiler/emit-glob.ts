import { stringLiteral } from "./emit-code.ts";

/**
 * Tests that together say whether the string expression `subject` matches the glob; none when every string does.
 * The plain kinds of glob become string methods, any other a call of `matchesGlob`.
 */
export function globTests(glob: string, subject: string): readonly string[] {
  const plain = glob.replace(/\*+/g, "*");
  const [first = "", second, third, ...more] = plain.split("*");
  const call = (method: string, text: string) => `${subject}.${method}(${stringLiteral(text)})`;
  if (plain.includes("?") || more.length > 0 || (third !== undefined && (first !== "" || third !== ""))) {
    return [`matchesGlob(${subject}, ${stringLiteral(plain)})`];
  }
  if (second === undefined) return [`${subject} === ${stringLiteral(first)}`];
  if (third !== undefined) return [call("includes", second)];
  const ends = [
    ...(first === "" ? [] : [call("startsWith", first)]),
    ...(second === "" ? [] : [call("endsWith", second)]),
  ];
  return ends.length < 2 ? ends : [`${subject}.length >= ${first.length + second.length}`, ...ends];
}
