import type { Provider, Surface, WireFormat } from "./contract.ts";

/**
 * The API of a provider that a request is sent over: the client's own where the provider has it, since the bytes then pass
 * as they are, else the main one.
 */
export function pickSurface(provider: Provider, clientFormat: WireFormat): Surface {
  if (provider.format === clientFormat) return provider;
  return provider.also?.find(({ format }) => format === clientFormat) ?? provider;
}
