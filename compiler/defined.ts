type Optional<T> = { [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined> };
type Required<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] };

/** Without the members that are undefined, as a type that may lack them wants it. */
export function defined<T extends object>(value: T): Required<T> & Optional<T> {
  const members: readonly (readonly unknown[])[] = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members);
}
