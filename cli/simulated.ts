import type { Gateway } from "../runtime/contract.ts";

const keyVariable = "AROUTER_SIMULATOR_KEY";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether at least one provider can be asked: it has a key in the environment or in the configuration, or needs none. */
export function hasKey({ catalog }: Gateway, env: Environment): boolean {
  return Object.values(catalog.providers).some(
    ({ auth, keys }) =>
      auth === "none" ||
      keys.some(({ secret }) => secret.some((ref) => ref.from === "config" || env[ref.name]?.trim())),
  );
}

/** The same gateway with the simulator in every provider's place, and the environment it needs. */
export function simulated(
  gateway: Gateway,
  env: Environment,
  simulatorUrl: string,
): Readonly<{ gateway: Gateway; env: Environment }> {
  const providers = Object.entries(gateway.catalog.providers).map(([id, provider]) => [
    id,
    {
      ...provider,
      baseUrl: simulatorUrl,
      keys: [{ id: "simulated", secret: [{ from: "env", name: keyVariable } as const] }],
    },
  ]);
  return {
    gateway: { ...gateway, catalog: { ...gateway.catalog, providers: Object.fromEntries(providers) } },
    env: { ...env, [keyVariable]: "simulated" },
  };
}
