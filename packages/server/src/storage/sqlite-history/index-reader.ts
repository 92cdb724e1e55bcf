import type { DatabaseSync } from 'node:sqlite'
import { createIdReader, type IdReader } from './id-reader.ts'
import { createMarkReader, type MarkReader } from './marks.ts'
import type { Place } from './place-order.ts'
import { decodeBlock, type PostingBlock } from './posting-block.ts'
import { openReader } from './schema.ts'
import { attributeNumbers, type IndexedAttribute } from './term.ts'

export interface Scope {
  readonly id: number
  readonly account: string
  readonly region: string
  readonly category: string
}

/** A block with the place it is found by. */
export interface FoundBlock extends PostingBlock {
  readonly key: Place
}

/** Reads the index file. Every answer is as new as the moment it is asked for; nothing stays open in between. */
export interface IndexReader {
  readonly marks: MarkReader
  scopes(): readonly Scope[]
  /** Values seen of a listed attribute that begin with `prefix`, in order. Iterate to the end or return. */
  values(attribute: IndexedAttribute, prefix: string): Iterable<string>
  /** Which scopes have events under `term`, ascending. */
  scopesOf(term: number): Iterable<number>
  /** The last block of a list that begins at or before `place`. */
  blockAt(term: number, scope: number, place: Place): FoundBlock | undefined
  /** The first block of a list that begins after `place`. */
  blockAfter(term: number, scope: number, place: Place): FoundBlock | undefined
  /** Blocks of a list, counted up to `blocksMax`. */
  blocks(term: number, scope: number, blocksMax: number): number
  readonly ids: IdReader
  /** First position not indexed. */
  cursor(): number | undefined
  close(): void
}

interface BlockRow extends Place {
  readonly places: Uint8Array | null
}

export function createIndexReader(path: string): IndexReader {
  const database = openReader(path)
  const readScopes = createScopeReader(database)
  const values = database.prepare('SELECT value FROM listed WHERE attribute = ? AND value >= ? ORDER BY value LIMIT ?')
  const nextScope = database.prepare('SELECT scope FROM postings WHERE term = ? AND scope > ? LIMIT 1')
  const columns = 'SELECT time, position, places FROM postings WHERE term = ? AND scope = ?'
  const blockAt = database.prepare(
    `${columns} AND (time, position) <= (?, ?) ORDER BY time DESC, position DESC LIMIT 1`,
  )
  const blockAfter = database.prepare(`${columns} AND (time, position) > (?, ?) ORDER BY time, position LIMIT 1`)
  const blocks = database.prepare(
    'SELECT count(*) AS n FROM (SELECT 1 FROM postings WHERE term = ? AND scope = ? LIMIT ?)',
  )
  const cursor = database.prepare("SELECT value FROM meta WHERE name = 'cursor'")
  const found = (row: BlockRow | undefined): FoundBlock | undefined =>
    row && { key: { time: row.time, position: row.position }, ...decodeBlock(row.time, row.position, row.places) }
  return {
    marks: createMarkReader(database),
    ids: createIdReader(database),
    scopes: readScopes,
    *values(attribute, prefix) {
      // Read page by page: an iterator left open would hold the write-ahead log back.
      let from = prefix
      for (;;) {
        const page = values.all(attributeNumbers[attribute], from, valuesPerPage) as { value: string }[]
        for (const { value } of page) {
          if (!value.startsWith(prefix)) return
          yield value
          from = `${value}\0`
        }
        if (page.length < valuesPerPage) return
      }
    },
    *scopesOf(term) {
      for (let last = 0; ; ) {
        const row = nextScope.get(term, last) as { scope: number } | undefined
        if (row === undefined) return
        last = row.scope
        yield last
      }
    },
    blockAt: (term, scope, { time, position }) =>
      found(blockAt.get(term, scope, time, position) as BlockRow | undefined),
    blockAfter: (term, scope, { time, position }) =>
      found(blockAfter.get(term, scope, time, position) as BlockRow | undefined),
    blocks: (term, scope, blocksMax) => Number(blocks.get(term, scope, blocksMax)?.n),
    cursor() {
      const value = cursor.get()?.value
      return typeof value === 'number' ? value : undefined
    },
    close: () => database.close(),
  }
}

const valuesPerPage = 500

/** Scopes are only ever added, so the newest id tells whether what was read before still holds. */
function createScopeReader(database: DatabaseSync): () => readonly Scope[] {
  const newest = database.prepare('SELECT max(id) AS id FROM scopes')
  const all = database.prepare('SELECT id, account, region, category FROM scopes ORDER BY id')
  let read: readonly Scope[] = []
  return () => {
    const id = newest.get()?.id
    if (id !== (read.at(-1)?.id ?? null)) read = all.all() as unknown as Scope[]
    return read
  }
}
