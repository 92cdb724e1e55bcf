/** Keeps what was loaded last, up to a sum of bytes. Callers that ask for the same thing at once share one load. */
export interface BlockCache {
  get<Value extends { readonly cachedBytes: number }>(key: string, load: () => Promise<Value>): Promise<Value>
}

export function createBlockCache(bytesMax: number): BlockCache {
  // A Map keeps insertion order: the first key is the one used least recently.
  const entries = new Map<string, { loading: Promise<{ readonly cachedBytes: number }>; bytes: number }>()
  let total = 0

  function drop(key: string): void {
    total -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  return {
    async get<Value extends { readonly cachedBytes: number }>(key: string, load: () => Promise<Value>): Promise<Value> {
      const present = entries.get(key)
      if (present !== undefined) {
        entries.delete(key)
        entries.set(key, present)
        // A key is only ever loaded as one type.
        return present.loading as Promise<Value>
      }
      const loading = load()
      const entry = { loading, bytes: 0 }
      entries.set(key, entry)
      try {
        const value = await loading
        if (entries.get(key) === entry) {
          entry.bytes = value.cachedBytes
          total += entry.bytes
          for (const oldest of entries.keys()) {
            if (total <= bytesMax) break
            drop(oldest)
          }
        }
        return value
      } catch (error) {
        if (entries.get(key) === entry) drop(key)
        throw error
      }
    },
  }
}
