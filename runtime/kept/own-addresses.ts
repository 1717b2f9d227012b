/**
 * An answer in which the addresses of batches are the gateway's: Anthropic's clients fetch `results_url` of a batch as it
 * stands (Anthropic SDK 1.11), with the key they have. The addresses of Google's files stay: they name the files in
 * requests to its models.
 */
export function ownAddresses(text: string, baseUrl: string, origin: string): string {
  if (!text.includes(baseUrl)) return text;
  return text.replaceAll(new RegExp(`${RegExp.escape(baseUrl)}(?=/v1/messages/batches/)`, "g"), origin);
}

/** Google's clients send the parts of an upload to the address that the answer to its beginning names (`@google/genai` 3.1). */
export function ownUploadAddress(
  headers: Readonly<Record<string, string>>,
  baseUrl: string,
  origin: string,
): Readonly<Record<string, string>> {
  const address = headers["x-goog-upload-url"];
  if (address?.startsWith(baseUrl) !== true) return headers;
  return { ...headers, "x-goog-upload-url": origin + address.slice(baseUrl.length) };
}
