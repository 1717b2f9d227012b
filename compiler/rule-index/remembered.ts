/** Clients may make up names; when there are more than this, all are forgotten. */
const rememberedNames = 1024;
/** No model is called anything longer. */
const longestName = 256;

/** Works out once what follows from a name. */
export function remembered<T>(workOut: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (name.length > longestName) return workOut(name);
    let result = known.get(name);
    if (result === undefined) {
      if (known.size === rememberedNames) known.clear();
      result = workOut(name);
      known.set(name, result);
    }
    return result;
  };
}
