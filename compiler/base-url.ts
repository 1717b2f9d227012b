/** Where a provider's API lives: no trailing slash, no `/v1`, which the runtime adds itself. */
export function baseUrl(written: string): string {
  return new URL(written).href.replace(/\/+$/, "").replace(/\/v1$/, "").replace(/\/+$/, "");
}

/** Whether both URLs lead to one host; neither has to be one. */
export function sameHost(url: string, other: string | undefined): boolean {
  if (other === undefined || !URL.canParse(url) || !URL.canParse(other)) return false;
  return new URL(url).host === new URL(other).host;
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
