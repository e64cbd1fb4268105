/** Two tasks, one after the other or at the same time. */
export async function runBoth<S, T>(
  first: () => Promise<S>,
  second: () => Promise<T>,
  atOnce: boolean,
): Promise<[S, T]> {
  return atOnce ? Promise.all([first(), second()]) : [await first(), await second()];
}

/** The results of a task for each item, in order, with at most `concurrency` under way at a time. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  concurrency: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, concurrency), items.length) }, work));
  return results;
}
