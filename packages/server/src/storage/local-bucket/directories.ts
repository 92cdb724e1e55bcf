import { mkdir, opendir, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, syncDirectory } from '../disk/index.ts'
import { type ByteString, parseEntryName } from './key-path.ts'
import { isMissing } from './object-file.ts'

/** One name in a directory of keys. `bytes` is the key's part: an object's last, a directory's with its slash. */
export interface Entry {
  readonly kind: 'object' | 'directory'
  readonly bytes: ByteString
  readonly name: string
  /** Names of an object's older versions, oldest first. */
  readonly older: readonly string[]
}

/** The directories of a store: made durable step by step, listed in key order, removed when empty. */
export interface Directories {
  /**
   * Makes `names` below `root`, which must exist, and answers the last one's path. Every step is durable on return.
   * Fails with ENOENT when `root` is gone.
   */
  make(root: string, names: readonly string[]): Promise<string>
  /** Makes a change of names in `path` durable and forgets what was read of it. */
  commit(path: string): Promise<void>
  /** Removes `path` and its parents below `root` as far as they are empty. */
  prune(root: string, path: string): Promise<void>
  /** Forgets what is known of a bucket that was removed. */
  forgetTree(root: string): void
  /** Entries in key order; none for a directory that is gone. */
  entries(path: string): Promise<readonly Entry[]>
}

/** Names kept in memory: a directory of 100,000 objects is listed in 100 pages, and read once. About 25 MB. */
const cachedEntriesMax = 200_000
/** Directories known to be durable in their parent: saves an fsync per level and put. */
const durableMax = 50_000
/** Names sorted in one go; the loop turns in between. */
const sliceEntries = 2_000

export function createDirectories(): Directories {
  const sync = shareSyncs()
  const durable = new Set<string>()
  const cache = new Map<string, readonly Entry[]>()
  let cachedEntries = 0
  let changes = 0

  function forget(path: string): void {
    changes += 1
    cachedEntries -= cache.get(path)?.length ?? 0
    cache.delete(path)
  }

  async function makeOne(path: string): Promise<void> {
    try {
      await mkdir(path)
      forget(dirname(path))
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    if (durable.has(path)) return
    // Another put may have made it and not have synced it yet: its durability is asked for here, not assumed.
    await sync(dirname(path))
    if (durable.size >= durableMax) durable.clear()
    durable.add(path)
  }

  return {
    async make(root, names) {
      let path = root
      for (const name of names) {
        path = join(path, name)
        if (!durable.has(path)) await makeOne(path)
      }
      return path
    },
    async commit(path) {
      forget(path)
      await sync(path)
      // Whoever read between the rename and here may have seen the old names.
      forget(path)
    },
    async prune(root, path) {
      for (let at = path; at !== root && at.startsWith(root); at = dirname(at)) {
        durable.delete(at)
        try {
          await rmdir(at)
        } catch (error) {
          if (errorCode(error) === 'ENOTEMPTY' || isMissing(error)) return
          throw error
        }
        forget(at)
        forget(dirname(at))
      }
    },
    forgetTree(root) {
      for (const path of [...durable]) if (path.startsWith(`${root}/`)) durable.delete(path)
      for (const path of [...cache.keys()]) if (path === root || path.startsWith(`${root}/`)) forget(path)
    },
    async entries(path) {
      const known = cache.get(path)
      if (known) {
        cache.delete(path)
        cache.set(path, known)
        return known
      }
      const before = changes
      const entries = await readEntries(path)
      if (changes === before && entries.length <= cachedEntriesMax) {
        cache.set(path, entries)
        cachedEntries += entries.length
        for (const [oldest, list] of cache) {
          if (cachedEntries <= cachedEntriesMax) break
          cache.delete(oldest)
          cachedEntries -= list.length
        }
      }
      return entries
    },
  }
}

async function readEntries(path: string): Promise<readonly Entry[]> {
  const older = new Map<string, string[]>()
  // Read and sorted in slices and merged, so that a directory of 100,000 names does not hold up the loop.
  let sorted: Entry[][] = []
  let slice: Entry[] = []
  const endSlice = () => {
    sorted.push(slice.sort((a, b) => (a.bytes < b.bytes ? -1 : 1)))
    slice = []
  }
  try {
    for await (const { name } of await opendir(path, { bufferSize: sliceEntries })) {
      const parsed = parseEntryName(name)
      if (parsed.kind === 'older') older.set(parsed.of, [...(older.get(parsed.of) ?? []), name])
      else if (parsed.kind !== 'attributes') slice.push({ ...parsed, name, older: none })
      if (slice.length === sliceEntries) {
        endSlice()
        await nextTurn()
      }
    }
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
  endSlice()
  while (sorted.length > 1) {
    const merged: Entry[][] = []
    for (let index = 0; index < sorted.length; index += 2) {
      merged.push(await merge(sorted[index] ?? [], sorted[index + 1] ?? []))
    }
    sorted = merged
  }
  const entries = sorted[0] ?? []
  if (older.size === 0) return entries
  return entries.map((entry) => ({ ...entry, older: older.get(entry.name)?.sort() ?? none }))
}

const none: readonly string[] = []

async function merge(left: readonly Entry[], right: readonly Entry[]): Promise<Entry[]> {
  const merged: Entry[] = []
  let fromLeft = 0
  let fromRight = 0
  for (;;) {
    const one = left[fromLeft]
    const other = right[fromRight]
    if (!one && !other) return merged
    if (one && (!other || one.bytes < other.bytes)) {
      merged.push(one)
      fromLeft += 1
    } else if (other) {
      merged.push(other)
      fromRight += 1
    }
    if (merged.length % (8 * sliceEntries) === 0) await nextTurn()
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/**
 * One sync makes every change durable that came before it, so those who ask while one is running share the next.
 * The running one is not enough for them: it may have begun before their change.
 */
function shareSyncs(): (path: string) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const waiting = new Map<string, Promise<void>>()

  function start(path: string): Promise<void> {
    const sync = syncDirectory(path).finally(() => {
      if (running.get(path) === sync) running.delete(path)
    })
    running.set(path, sync)
    return sync
  }

  return (path) => {
    const current = running.get(path)
    if (!current) return start(path)
    const known = waiting.get(path)
    if (known) return known
    const next = current
      .catch(() => undefined)
      .then(() => {
        waiting.delete(path)
        return start(path)
      })
    waiting.set(path, next)
    return next
  }
}
