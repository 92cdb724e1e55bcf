import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { Fault } from '../../fault.ts'
import { readBody } from './body.ts'
import { isMissing, openIfPresent, readTail } from './object-file.ts'
import { isFormatKnown } from './root.ts'

/** `name@` and `name@v<seq>`; the small `name@a<seq>` beside them hold no body. */
const objectFile = /@(v[0-9A-Fa-f]{14})?$/

/**
 * Reads every version of every object in a store's directory and yields a sentence for each that is not what was
 * written. Changes nothing and needs no lock: what is replaced or removed meanwhile is passed over.
 *
 * @throws Fault `object.format-newer`: what cannot be read is not known to be wrong
 */
export async function* checkObjects(directory: string, signal: AbortSignal): AsyncGenerator<string> {
  const format = await problemIn(async () => void (await isFormatKnown(directory)))
  if (format !== undefined) yield `format.json: ${format}`
  for await (const path of filesBelow(join(directory, 'buckets'))) {
    signal.throwIfAborted()
    if (!objectFile.test(basename(path))) continue
    const problem = await problemIn(() => compare(path))
    if (problem !== undefined) yield `${relative(directory, path)}: ${problem}`
  }
}

/** Holds a body against its checksum. @throws Fault when its head cannot be read */
async function compare(path: string): Promise<string | undefined> {
  const file = await openIfPresent(path)
  if (file === undefined) return undefined
  try {
    const { head, size } = await readTail(file, path)
    if (head.deleteMarker === true) return undefined
    const hash = createHash('md5')
    if (size > 0) {
      for await (const chunk of readBody(file, size)) hash.update(chunk)
    }
    return hash.digest('hex') === head.md5 ? undefined : 'body does not match its checksum'
  } finally {
    await file.close()
  }
}

/** What was found, be it said or thrown. */
async function problemIn(look: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'object.format-newer') throw error
    return `${error.message} (${String(error.fields.what ?? error.code)})`
  }
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}
