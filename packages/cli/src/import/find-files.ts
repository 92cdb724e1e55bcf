import { glob, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandFailure } from '../failure.ts'

export interface FoundFile {
  /** As shown: the path as given, or below the folder given. `-` is standard input. */
  readonly name: string
  readonly path: string
  readonly bytes: number
}

/** What people type between folders and file names in patterns. */
const patternMark = /[*?[{]/

/**
 * The files that paths name: themselves, those below folders, those that patterns match. In the order of the paths,
 * below a folder by name. Hidden files and links to folders are passed over inside folders.
 *
 * @throws CommandFailure when a path leads nowhere
 */
export async function* findFiles(paths: readonly string[], folder: string): AsyncGenerator<FoundFile> {
  for (const path of paths) {
    if (path === '-') yield { name: '-', path, bytes: 0 }
    else yield* below(path, folder)
  }
}

async function* below(path: string, folder: string): AsyncGenerator<FoundFile> {
  const absolute = resolve(folder, path)
  const found = await look(absolute)
  if (found === undefined) {
    yield* matching(path, folder)
    return
  }
  if (found.isDirectory()) yield* inFolder(path, absolute)
  else yield { name: path, path: absolute, bytes: found.size }
}

async function* matching(pattern: string, folder: string): AsyncGenerator<FoundFile> {
  let matches = 0
  if (patternMark.test(pattern)) {
    for await (const match of glob(pattern, { cwd: folder })) {
      matches += 1
      yield* below(match, folder)
    }
  }
  if (matches === 0) {
    throw new CommandFailure(`There is nothing at ${pattern}.`, {
      advice: 'Give files, folders, patterns in quotes, or - for standard input.',
    })
  }
}

async function* inFolder(name: string, path: string): AsyncGenerator<FoundFile> {
  const entries = await readdir(path, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const inside = join(path, entry.name)
    if (entry.isDirectory()) yield* inFolder(join(name, entry.name), inside)
    else if (entry.isFile() || entry.isSymbolicLink()) {
      const found = await look(inside)
      if (found?.isFile()) yield { name: join(name, entry.name), path: inside, bytes: found.size }
    }
  }
}

async function look(path: string) {
  try {
    return await stat(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CommandFailure(`${path} cannot be read.`, { cause })
  }
}
