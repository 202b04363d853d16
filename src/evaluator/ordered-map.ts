/**
 * Maps items as they come, at most `limit` at a time, and gives the results in their order, each as soon as it and
 * all before it are there. The source is not read while `limit` items are on their way. `map` must not reject.
 */
export async function* orderedMap<T, R>(
  source: AsyncIterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const iterator = source[Symbol.asyncIterator]();
  const onTheirWay: Promise<R>[] = [];
  let next: Promise<IteratorResult<T>> | undefined = iterator.next();
  while (next !== undefined || onTheirWay.length > 0) {
    const reading = onTheirWay.length < limit ? next : undefined;
    const first = onTheirWay[0];
    const isRead = await Promise.race([
      ...(reading === undefined ? [] : [reading.then(() => true)]),
      ...(first === undefined ? [] : [first.then(() => false)]),
    ]);
    if (isRead) {
      const item: IteratorResult<T> = await next!;
      if (item.done !== true) onTheirWay.push(map(item.value));
      next = item.done === true ? undefined : iterator.next();
    } else {
      yield await onTheirWay.shift()!;
    }
  }
}
