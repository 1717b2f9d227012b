import type { Transform } from "arouter/runtime";

/** The server counts messages itself. */
export const request: Transform["request"] = (body, { model }) => ({ ...body, metadata: { model } });
