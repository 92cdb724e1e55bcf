import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder that a person named, and those above it, for its owner alone. What is there already stays.
 *
 * Not by `mkdir` with `recursive`, which tries for ever where a folder cannot be made although the one above it is
 * there, as below /proc: such a process does not even end at SIGTERM.
 *
 * @throws what `mkdir` throws: `ENOENT` of a file system that makes none, `EEXIST` of a file, `EACCES`, …
 */
export function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return
  const above = dirname(path)
  if (above !== path) makeFolder(above)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Somebody else may just have made it.
    if (!existsSync(path) || !statSync(path).isDirectory()) throw error
  }
}
