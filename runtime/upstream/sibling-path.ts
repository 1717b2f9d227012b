import type { Surface } from "../contract.ts";

/** Where the formats' own paths end, before a query. */
const conversation = /\/(?:chat\/completions|responses|messages)(?=$|\?)/;

/**
 * The path of another API of the same upstream: `path` is the vendor's own, such as `/v1/embeddings`. Where a provider
 * has its conversations elsewhere (`/api/paas/v4/chat/completions`), the other API stands beside them.
 */
export function siblingPath({ path }: Pick<Surface, "path">, own: string, model: string): string {
  if (path === undefined || !conversation.test(path)) return own;
  const beside = path.replace(conversation, () => own.replace(/^\/v1(?:beta)?(?=\/)/, ""));
  return beside.replace("{model}", encodeURIComponent(model));
}
