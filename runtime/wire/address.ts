/**
 * What the URL of a model call says where the API puts it there instead of into the body (Gemini). It takes the place of
 * the body's members of these names.
 */
export type ModelAddress = Readonly<{ model: string; stream: boolean }>;
