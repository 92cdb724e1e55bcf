import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LakeResults, ResultRow } from '../../ports/lake-results.ts'

/** Nothing outlives the process. */
export function createMemoryLakeResults(): LakeResults {
  const documents = new Map<string, string>()
  const results = new Map<string, readonly ResultRow[]>()
  const bytesOf = (id: string) => (documents.get(id)?.length ?? 0) + charsOf(results.get(id) ?? [])

  return {
    stored: async () =>
      [...documents].map(([id, text]) => ({ id, document: JSON.parse(text) as unknown, bytes: bytesOf(id) })),
    async save(id, document) {
      documents.set(id, JSON.stringify(document))
      return bytesOf(id)
    },
    async load(id) {
      const text = documents.get(id)
      return text === undefined ? undefined : JSON.parse(text)
    },
    async write(id) {
      const rows: ResultRow[] = []
      return {
        get rows() {
          return rows.length
        },
        get chars() {
          return charsOf(rows)
        },
        async add(row) {
          rows.push([...row])
        },
        read: async (from, rowsMax, charsMax) => pageOf(rows, from, rowsMax, charsMax),
        async finish() {
          results.set(id, rows)
        },
        async discard() {
          rows.length = 0
        },
      }
    },
    read: async (id, from, rowsMax, charsMax) => pageOf(results.get(id) ?? [], from, rowsMax, charsMax),
    async *readAll(id) {
      const rows = results.get(id) ?? []
      if (rows.length > 0) yield rows
    },
    async remove(id) {
      documents.delete(id)
      results.delete(id)
    },
    // The engine is another process: what it reads has to be a file.
    async scratch() {
      const path = await mkdtemp(join(tmpdir(), 'cairn-scan-'))
      return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
    },
  }
}

function pageOf(rows: readonly ResultRow[], from: number, rowsMax: number, charsMax: number): readonly ResultRow[] {
  const page: ResultRow[] = []
  for (const row of rows.slice(from, from + rowsMax)) {
    if (page.length > 0 && charsOf(page) >= charsMax) break
    page.push(row)
  }
  return page
}

function charsOf(rows: readonly ResultRow[]): number {
  return rows.reduce((sum, row) => sum + JSON.stringify(row).length, 0)
}
