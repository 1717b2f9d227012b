import type { Config } from "../../schemas/config.ts";
import type { Path } from "../node.ts";

/** The listen addresses as the user wrote them, each with its place. */
export function writtenAddresses({ listen_addr }: Config): readonly Readonly<{ written: string; path: Path }>[] {
  if (listen_addr === undefined) return [];
  if (typeof listen_addr === "string") return [{ written: listen_addr, path: ["listen_addr"] }];
  return listen_addr.map((written, index) => ({ written, path: ["listen_addr", index] }));
}
