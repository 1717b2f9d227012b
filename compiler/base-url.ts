import type { ProviderType } from "./resolve.ts";

const vendorUrls = {
  openai: "https://api.openai.com",
  anthropic: "https://api.anthropic.com",
} as const satisfies Record<ProviderType, string>;

/** Where a provider's API lives: no trailing slash, no `/v1`, which the runtime adds itself. */
export function baseUrl(type: ProviderType, written: string | undefined): string {
  if (written === undefined) return vendorUrls[type];
  return new URL(written).href.replace(/\/+$/, "").replace(/\/v1$/, "").replace(/\/+$/, "");
}

/** Whether a URL is the vendor's own service. */
export function isVendor(type: ProviderType, url: string): boolean {
  return new URL(url).host === new URL(vendorUrls[type]).host;
}

/** What is wrong with a URL, as the rest of a sentence, or undefined. Never repeats it: it may hold a password. */
export function urlProblem(written: string, protocols: readonly string[]): string | undefined {
  if (!URL.canParse(written)) return "is not a URL";
  const url = new URL(written);
  if (!protocols.includes(url.protocol)) return `must start with ${protocols.map((one) => `${one}//`).join(" or ")}`;
  if (url.host === "") return "has no host";
  if (url.username !== "" || url.password !== "") return "holds credentials";
  if (/[?#]/.test(written)) return "has a query or a fragment";
  return undefined;
}
