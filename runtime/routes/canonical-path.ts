/** APIs of which clients leave out the version, because they were set up with another base URL. */
const unversioned = /^\/(?:chat\/completions|completions|responses|messages|embeddings|models|files|batches)(?=\/|$)/;

/**
 * One name for all the paths that clients make of a base URL: `/api/v1/…` (OpenRouter's and AnyRouter's root), no version
 * at all (`@ai-sdk/anthropic` with the base URL of Claude Code), the version twice (Claude Code and `@google/genai` with
 * a base URL that has it already; the one that the client adds counts).
 */
export function canonicalPath(path: string): string {
  const own = /^\/api\/(?!hello$)/.test(path) ? path.slice("/api".length) : path;
  const once = own.replace(/^\/v1(?:beta)?(?=\/v1(?:beta)?\/)/, "");
  return unversioned.test(once) ? `/v1${once}` : once;
}
