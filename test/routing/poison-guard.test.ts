import { describe, expect, test } from "bun:test";
import { createPoisonGuard } from "../../runtime/routing/poison-guard.ts";

function fixture() {
  const clock = { nowMs: 1000 };
  const guard = createPoisonGuard(() => clock.nowMs);
  return { clock, suspect: (body: string, target: string) => guard.suspect(new TextEncoder().encode(body), target) };
}

describe("F41 a body that meets a 5xx", () => {
  test("at one target is no suspect, however often", () => {
    const { suspect } = fixture();
    for (let n = 0; n < 10; n++) expect(suspect("hello", "a/m")).toBe(false);
  });

  test("at a second target is, there and from then on everywhere", () => {
    const { suspect } = fixture();
    expect(suspect("poison", "a/m")).toBe(false);
    expect(suspect("poison", "b/m")).toBe(true);
    expect(suspect("poison", "a/m")).toBe(true);
    expect(suspect("poison", "c/m")).toBe(true);
  });

  test("says nothing about other bodies", () => {
    const { suspect } = fixture();
    suspect("poison", "a/m");
    expect(suspect("poison", "b/m")).toBe(true);
    expect(suspect("poison ", "c/m")).toBe(false);
    expect(suspect("", "a/m")).toBe(false);
  });

  test("is forgotten ten minutes after it was last seen", () => {
    const { suspect, clock } = fixture();
    suspect("poison", "a/m");
    clock.nowMs += 9 * 60_000;
    expect(suspect("poison", "b/m")).toBe(true);
    clock.nowMs += 9 * 60_000;
    expect(suspect("poison", "a/m")).toBe(true);
    clock.nowMs += 10 * 60_000 + 1;
    expect(suspect("poison", "a/m")).toBe(false);
  });

  test("is forgotten when 10,000 others came after it", () => {
    const { suspect } = fixture();
    suspect("kept", "a/m");
    suspect("poison", "a/m");
    for (let n = 0; n < 9999; n++) suspect(`other ${n}`, "a/m");
    expect(suspect("poison", "b/m")).toBe(true);
    expect(suspect("kept", "b/m")).toBe(false);
  });
});
