import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

/** The simulator keeps no conversations; this code is what makes the vendor's tool runner send the whole history instead. */
export const threads: Law = (body) =>
  body["thread"] === undefined || body["thread"] === null
    ? undefined
    : { ...invalid("thread: message threads are not supported for this request"), code: "thread_unsupported_request" };
