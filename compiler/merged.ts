/** What is `written` over the `defaults`: tables are merged, at any depth; lists and single values take the other's place. */
export function merged<Table extends object>(defaults: Table, written: Table): Table {
  const members: readonly (readonly unknown[])[] = Object.entries({ ...defaults, ...written }).map(([key, member]) => {
    const under = Object.entries(defaults).find(([name]) => name === key)?.[1];
    return [key, isTable(under) && isTable(member) ? merged(under, member) : member];
  });
  return Object.fromEntries(members);
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
