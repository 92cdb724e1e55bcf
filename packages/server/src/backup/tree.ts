import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'

interface Entry {
  /** Below the root. */
  readonly path: string
  readonly bytes: number
  /** Changes with every write and every replacement of the file. */
  readonly mark: string
}

/** Passes over a tree that keeps changing; what changes during the last one is as new as that pass. */
const passesMax = 3

/**
 * Copies a tree of files that come, go and are replaced meanwhile, each by renaming a finished one into place. Passes
 * are repeated until one finds nothing new. What the copy holds is synced to disk. `skippedFolder` is directly below
 * `from`.
 */
export async function copyTree(
  from: string,
  to: string,
  skippedFolder?: string,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const copied = new Map<string, Entry>()
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (let pass = 1; pass <= passesMax; pass += 1) {
    let isQuiet = true
    for await (const entry of walk(from)) {
      if (copied.get(entry.path)?.mark === entry.mark) continue
      if (skippedFolder !== undefined && entry.path.startsWith(`${skippedFolder}${sep}`)) continue
      isQuiet = false
      if (await copyDurably(join(from, entry.path), join(to, entry.path))) copied.set(entry.path, entry)
    }
    if (isQuiet) break
  }
  let bytes = 0
  for (const entry of copied.values()) bytes += entry.bytes
  return { files: copied.size, bytes }
}

/** Bytes of the files below a folder; 0 when there is none. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0
  for await (const entry of walk(folder)) bytes += entry.bytes
  return bytes
}

/** False when the file is gone by now. */
async function copyDurably(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
  await syncPath(to)
  await syncPath(dirname(to))
  return true
}

export async function syncPath(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

async function* walk(root: string, folder = root): AsyncGenerator<Entry> {
  const names = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const name of names) {
    const path = join(folder, name.name)
    if (name.isDirectory()) yield* walk(root, path)
    if (!name.isFile()) continue
    const facts = await stat(path).catch((error: unknown) => {
      if (isMissing(error)) return undefined
      throw error
    })
    if (facts === undefined) continue
    yield { path: relative(root, path), bytes: facts.size, mark: `${facts.ino} ${facts.size} ${facts.ctimeMs}` }
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
