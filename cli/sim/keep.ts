/** Things a vendor keeps between requests, by key of the caller and id. */
export type Keep<T> = Readonly<{
  get(owner: string, id: string): T | undefined;
  set(owner: string, id: string, value: T): void;
  /** Whether there was one. */
  delete(owner: string, id: string): boolean;
  /** The owner's things, oldest first. */
  list(owner: string): readonly T[];
  clear(): void;
}>;

/** An empty keep; past `maxEntries` the oldest thing goes. */
export function keep<T>(maxEntries: number): Keep<T> {
  const entries = new Map<string, Readonly<{ owner: string; value: T }>>();
  const place = (owner: string, id: string) => JSON.stringify([owner, id]);
  return {
    get: (owner, id) => entries.get(place(owner, id))?.value,
    set: (owner, id, value) => {
      entries.set(place(owner, id), { owner, value });
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
    delete: (owner, id) => entries.delete(place(owner, id)),
    list: (owner) => [...entries.values()].filter((entry) => entry.owner === owner).map((entry) => entry.value),
    clear: () => entries.clear(),
  };
}
