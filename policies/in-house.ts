import type { Transform } from "arouter/runtime";

/** The server counts its users by model. */
export const request: Transform["request"] = (body, { model }) => ({ ...body, user: `arouter-${model}` });
