/** Calls run one after the other, in the order they were made. */
export function oneAtATime<Argument, Result>(
  run: (argument: Argument) => Promise<Result>,
): (argument: Argument) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const result = last.then(() => run(argument));
    last = result.catch(() => undefined);
    return result;
  };
}

/** One call after the other, and only one ever waits: who asks while it does shares its result. */
export function oneWaiting<Result>(run: () => Promise<Result>): () => Promise<Result> {
  const enqueue = oneAtATime(() => {
    waiting = undefined;
    return run();
  });
  let waiting: Promise<Result> | undefined;
  return () => {
    waiting ??= enqueue(undefined);
    return waiting;
  };
}
