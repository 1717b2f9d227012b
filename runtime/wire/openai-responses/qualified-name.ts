const separator = "__";

/** A tool inside a namespace, as one name that every other vendor's API can hold. */
export function qualifiedName(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}${separator}${name}`;
}
