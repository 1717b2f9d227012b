import type { FormField } from "./api.ts";

/** The fields of a multipart form (RFC 7578); of several under one name the last. Rejects when the body is no such form. */
export async function readForm(bytes: Uint8Array, contentType: string): Promise<Readonly<Record<string, FormField>>> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": contentType } }).formData();
  const fields: Record<string, FormField> = {};
  for (const [name, value] of form) {
    fields[name] =
      typeof value === "string"
        ? { filename: undefined, bytes: new TextEncoder().encode(value) }
        : { filename: value.name, bytes: new Uint8Array(await value.arrayBuffer()) };
  }
  return fields;
}
