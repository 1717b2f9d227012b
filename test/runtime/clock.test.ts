import { describe, expect, test } from "bun:test";
import { after, afterInBackground, clampTimerMs, epochMs, monotonicMs, sleep } from "../../runtime/clock.ts";

const tooLongMs = 2 ** 31;

describe("clock", () => {
  test("clampTimerMs", () => {
    const rows = [0, -1, Number.NaN, 0.2, 1500, tooLongMs - 1, tooLongMs, 1e12, Number.POSITIVE_INFINITY];
    expect(rows.map(clampTimerMs)).toEqual([
      0,
      0,
      0,
      1,
      1500,
      tooLongMs - 1,
      tooLongMs - 1,
      tooLongMs - 1,
      tooLongMs - 1,
    ]);
  });

  test("delays beyond 2^31-1 ms do not fire at once", async () => {
    const fired: string[] = [];
    // What happens without the clamp; if this stops being true the clamp can go.
    const bare = setTimeout(() => fired.push("bare"), tooLongMs);
    const cancel = [
      after(tooLongMs, () => fired.push("after")),
      afterInBackground(tooLongMs, () => fired.push("background")),
    ];
    const given = new AbortController();
    const slept = sleep(tooLongMs, given.signal).then(
      () => fired.push("sleep"),
      (reason) => reason,
    );
    await Bun.sleep(60);
    clearTimeout(bare);
    for (const each of cancel) each();
    given.abort("enough");
    expect(await slept).toBe("enough");
    expect(fired).toEqual(["bare"]);
  });

  test("sleep ends early with the signal's reason, and leaves no listener behind", async () => {
    const given = new AbortController();
    const startMs = monotonicMs();
    setTimeout(() => given.abort("gone"), 10);
    expect(await sleep(5000, given.signal).catch((reason) => reason)).toBe("gone");
    expect(await sleep(5000, given.signal).catch((reason) => reason)).toBe("gone");
    expect(monotonicMs() - startMs).toBeLessThan(1000);
    expect(await sleep(1, new AbortController().signal)).toBeUndefined();
  });

  test("after fires once and can be cancelled", async () => {
    let count = 0;
    after(1, () => count++);
    after(1, () => count++)();
    await Bun.sleep(30);
    expect(count).toBe(1);
  });

  test("epochMs is wall-clock time", () => {
    expect(Math.abs(epochMs() - Date.now())).toBeLessThan(1000);
  });

  test("a background timer does not keep the process running", async () => {
    const clock = new URL("../../runtime/clock.ts", import.meta.url).href;
    const code = `const { afterInBackground } = await import(${JSON.stringify(clock)}); afterInBackground(60_000, () => {});`;
    const child = Bun.spawn([process.execPath, "-e", code], { stdout: "ignore", stderr: "inherit" });
    const ended = await Promise.race([child.exited, Bun.sleep(10_000).then(() => "still running")]);
    child.kill();
    expect(ended).toBe(0);
  });
});
