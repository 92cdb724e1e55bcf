import { join } from 'node:path'
import type { Directories } from './directories.ts'
import { afterPrefix, type ByteString } from './key-path.ts'

export interface WalkedKey {
  readonly key: ByteString
  /** Directory and name of the latest version's file. */
  readonly directory: string
  readonly file: string
  /** Names of the older versions' files. */
  readonly older: readonly string[]
}

/** Keys below `root` that begin with `prefix` and are not below `from`, in byte order. */
export function walkKeys(
  directories: Directories,
  root: string,
  prefix: ByteString,
  from: ByteString,
): AsyncGenerator<WalkedKey> {
  return walk(directories, root, '', prefix, from > prefix ? from : prefix)
}

async function* walk(
  directories: Directories,
  directory: string,
  base: ByteString,
  prefix: ByteString,
  from: ByteString,
): AsyncGenerator<WalkedKey> {
  const entries = await directories.entries(directory)
  // Entries before the one that `from` falls into lie wholly below it; the one before it may be a directory with more.
  const rest = from.startsWith(base) ? from.slice(base.length) : ''
  for (let index = Math.max(0, firstAbove(entries, rest) - 1); index < entries.length; index += 1) {
    const entry = entries[index]
    if (!entry) return
    const key = base + entry.bytes
    if (entry.kind === 'object') {
      if (key < from) continue
      if (!key.startsWith(prefix)) return
      yield { key, directory, file: entry.name, older: entry.older }
      continue
    }
    if (!key.startsWith(prefix) && !prefix.startsWith(key)) {
      if (key > prefix) return
      continue
    }
    const end = afterPrefix(key)
    if (end !== undefined && end <= from) continue
    yield* walk(directories, join(directory, entry.name), key, prefix, from)
  }
}

/** Index of the first entry above `bytes`. */
function firstAbove(entries: readonly { readonly bytes: ByteString }[], bytes: ByteString): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.bytes ?? '') > bytes) high = middle
    else low = middle + 1
  }
  return low
}
