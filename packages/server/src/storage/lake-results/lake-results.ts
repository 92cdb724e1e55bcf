import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LakeResults } from '../../ports/lake-results.ts'
import { createResultWriter, readResult, resultRows } from './result-file.ts'

/*
 * One folder for each query:
 *
 *     <id>/query.json            its document: {"format":1,"document":{…}}
 *     <id>/rows.zst, rows.json   its result, result-file.ts
 *
 * And `scan-*`, a folder for what one query needs while it runs.
 */

const format = 1

/** Results on this machine's disk. Touches nothing before the first call. */
export function createLakeResults(folder: string): LakeResults {
  const folderOf = (id: string) => join(folder, id)

  async function load(id: string): Promise<unknown> {
    try {
      const stored: unknown = JSON.parse(await readFile(join(folderOf(id), 'query.json'), 'utf8'))
      if (typeof stored !== 'object' || stored === null || !('format' in stored) || stored.format !== format) return
      return 'document' in stored ? stored.document : undefined
    } catch {
      return undefined
    }
  }

  async function bytesOf(id: string): Promise<number> {
    const sizes = await Promise.all(
      ['query.json', 'rows.zst', 'rows.json'].map((name) => fileBytes(join(folderOf(id), name))),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  return {
    async stored() {
      const ids = await readdir(folder).catch(() => [])
      const found = []
      for (const id of ids) {
        // Of a query that a crash took along.
        if (id.startsWith(scratchPrefix)) await remove(join(folder, id))
        const document = await load(id)
        if (document !== undefined) found.push({ id, document, bytes: await bytesOf(id) })
      }
      return found
    },
    async save(id, document) {
      await mkdir(folderOf(id), { recursive: true, mode: 0o700 })
      const path = join(folderOf(id), 'query.json')
      const file = await open(`${path}.new`, 'w', 0o600)
      try {
        await file.writeFile(JSON.stringify({ format, document }))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${path}.new`, path)
      return bytesOf(id)
    },
    load,
    write: (id) => createResultWriter(folderOf(id)),
    read: (id, from, rowsMax, charsMax) => readResult(folderOf(id), from, rowsMax, charsMax),
    readAll: (id) => resultRows(folderOf(id)),
    remove: (id) => remove(folderOf(id)),
    async scratch() {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = await mkdtemp(join(folder, scratchPrefix))
      return { path, [Symbol.asyncDispose]: () => remove(path) }
    },
  }
}

const scratchPrefix = 'scan-'

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}

async function fileBytes(path: string): Promise<number> {
  const facts = await stat(path).catch(() => undefined)
  return facts?.size ?? 0
}
