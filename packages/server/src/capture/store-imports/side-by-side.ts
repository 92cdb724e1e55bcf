type Turn<Item> = { readonly source: AsyncGenerator<Item>; readonly result: IteratorResult<Item> }

/**
 * What several sources give, as it comes, `countMax` of them at a time and one item of each ahead. Leaving the loop stops
 * them all; the first that fails ends it.
 */
export async function* sideBySide<Item>(
  sources: AsyncIterable<AsyncGenerator<Item>>,
  countMax: number,
): AsyncGenerator<Item> {
  const next = async (source: AsyncGenerator<Item>): Promise<Turn<Item>> => ({ source, result: await source.next() })
  const active = new Map<AsyncGenerator<Item>, Promise<Turn<Item>>>()
  const waiting = sources[Symbol.asyncIterator]()
  let isExhausted = false
  try {
    for (;;) {
      while (!isExhausted && active.size < countMax) {
        const more = await waiting.next()
        if (more.done) isExhausted = true
        else active.set(more.value, watched(next(more.value)))
      }
      if (active.size === 0) return
      const { source, result } = await Promise.race(active.values())
      if (result.done) active.delete(source)
      else {
        active.set(source, watched(next(source)))
        yield result.value
      }
    }
  } finally {
    // Each ends with its request under way; nobody waits for what it would have said.
    for (const source of active.keys()) watched(source.return(undefined))
    await waiting.return?.()
  }
}

/** A failure is seen when its turn comes; until then it is not an unhandled one. */
function watched<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {})
  return promise
}
