import type { Config } from "../../schemas/config.ts";
import type { SurfaceKeys } from "../../schemas/surface-config.ts";
import type { Path } from "../node.ts";

/** Every table that says how an API is reached, with its place. */
export function surfacesOf({ providers = {} }: Config): readonly Readonly<{ keys: SurfaceKeys; path: Path }>[] {
  return Object.entries(providers).flatMap(([name, provider]) => [
    { keys: provider, path: ["providers", name] },
    ...(provider.also ?? []).map((keys, index) => ({ keys, path: ["providers", name, "also", index] })),
  ]);
}
