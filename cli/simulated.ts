import type { Gateway, Surface } from "../runtime/contract.ts";
import type { Environment } from "../runtime/server/serve.ts";

const keyVariable = "AROUTER_SIMULATOR_KEY";

/** Whether at least one provider can be asked: it has a key in the environment or in the configuration, or needs none. */
export function hasKey({ catalog }: Gateway, env: Environment): boolean {
  return Object.values(catalog.providers).some(
    ({ auth, keys }) =>
      auth === "none" ||
      keys.some(({ secret }) => secret.some((ref) => ref.from === "config" || env[ref.name]?.trim())),
  );
}

/** The same gateway with the simulator in every provider's place. */
export function simulated(gateway: Gateway, simulatorUrl: string): Gateway {
  const providers = Object.entries(gateway.catalog.providers).map(([id, provider]) => [
    id,
    {
      ...provider,
      baseUrl: simulatorUrl,
      auth: withoutTokens(provider),
      ...(provider.also === undefined
        ? {}
        : {
            also: provider.also.map((surface) => {
              return { ...surface, baseUrl: simulatorUrl, auth: withoutTokens(surface) };
            }),
          }),
      keys: [{ id: "simulated", secret: [{ from: "env", name: keyVariable } as const] }],
    },
  ]);
  return { ...gateway, catalog: { ...gateway.catalog, providers: Object.fromEntries(providers) } };
}

/** Nothing leaves this machine, a question for a token neither. */
function withoutTokens({ auth }: Surface): Surface["auth"] {
  return typeof auth !== "string" && auth.kind === "client-credentials" ? "bearer" : auth;
}

/** The environment with the key that `simulated` asks for. */
export function withSimulatorKey(env: Environment): Environment {
  return { ...env, [keyVariable]: "simulated" };
}
