/** `arouter/runtime`: the one door generated code and embedding programs come through. */
export type * from "./contract.ts";
export { main } from "./main.ts";
