import type { Gateway } from "../contract.ts";
import type { Reloaded } from "./reloaded.ts";
import type { Swap } from "./serve.ts";

/** Puts the gateway that is read into service; one that cannot be read is refused with the reason. Never rejects. */
export async function swapIn(swap: Swap, read: () => Promise<Gateway>): Promise<Reloaded> {
  try {
    return await swap.reload(await read());
  } catch (thrown) {
    return swap.refuse([thrown instanceof Error ? thrown.message : String(thrown)]);
  }
}
