import { Fault } from '../../fault.ts'
import { type SweepMark, sweepStep } from './forget-sweep.ts'
import type { BatchedEvent } from './frame-batch.ts'
import { createIdWriter } from './id-writer.ts'
import { batchEntries, type IndexNumbers } from './index-batch.ts'
import { createMarkWriter, forgetMarks } from './marks.ts'
import { createPostingWriter } from './posting-writer.ts'
import { openWriter } from './schema.ts'
import { attributeNumbers, type IndexedAttribute, listedAttributes, termOf } from './term.ts'

/** Writes the index file; runs in its worker. */
export interface IndexWriter {
  /** First position not indexed; `undefined` for a new file. */
  readonly cursor: number | undefined
  /** What stood before it is forgotten already. */
  readonly forgottenTo: number
  /**
   * Adds events, which ascend in position, and moves the cursor to `next`, which is asked for afterwards, in one
   * transaction. `rest` is called between small steps.
   *
   * @throws Fault `history.damaged` when the file turns out to be bad
   */
  write(events: Iterable<BatchedEvent>, next: () => number, rest: () => void): void
  /** One step of forgetting what stands before `first`; `undefined` when it is done. */
  forget(first: number, mark: SweepMark): SweepMark | undefined
  close(): void
}

/** Values of an attribute whose terms are remembered; beyond, all are forgotten and hashed again. About 2 MB each. */
const rememberedMax = 20_000

export function createIndexWriter(path: string): IndexWriter {
  const database = openWriter(path)
  const postings = createPostingWriter(database)
  const putMarks = createMarkWriter(database)
  const ids = createIdWriter(database)
  const putMeta = database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  const readMeta = database.prepare('SELECT value FROM meta WHERE name = ?')
  const numbers = createNumbers(database)
  const stored = readMeta.get('cursor')?.value
  let cursor = typeof stored === 'number' ? stored : undefined
  return {
    get cursor() {
      return cursor
    },
    forgottenTo: Number(readMeta.get('forgotten')?.value ?? 0),
    write(events, next, rest) {
      database.exec('BEGIN IMMEDIATE')
      let end: number
      try {
        const entries = batchEntries(resting(events, rest), numbers)
        end = next()
        if (cursor !== undefined && end < cursor) throw new Fault('history.failed', 'the batch was indexed before')
        for (const { term, scope, places } of resting(entries.lists, rest)) postings.add(term, scope, places)
        putMarks(entries.marks)
        ids.add(entries.ids)
        putMeta.run('cursor', end)
        database.exec('COMMIT')
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        numbers.forget()
        ids.reload()
        throw error
      }
      cursor = end
    },
    forget(first, mark) {
      database.exec('BEGIN IMMEDIATE')
      try {
        // The sweep goes through `ids` alone.
        ids.settle()
        const next = sweepStep(database, first, mark)
        if (next === undefined) {
          forgetMarks(database, first)
          putMeta.run('forgotten', first)
        }
        database.exec('COMMIT')
        return next
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      }
    },
    close() {
      database.close()
    },
  }
}

function* resting<Step>(steps: Iterable<Step>, rest: () => void): Generator<Step, void, undefined> {
  for (const step of steps) {
    yield step
    rest()
  }
}

function createNumbers(database: ReturnType<typeof openWriter>): IndexNumbers & { forget(): void } {
  const findScope = database.prepare('SELECT id FROM scopes WHERE account = ? AND region = ? AND category = ?')
  const putScope = database.prepare('INSERT INTO scopes (account, region, category) VALUES (?, ?, ?)')
  const putListed = database.prepare('INSERT OR IGNORE INTO listed VALUES (?, ?)')
  const scopes = new Map<string, number>()
  const terms = rememberedTerms()
  return {
    scope(account, region, category) {
      const name = `${account}\0${region}\0${category}`
      let id = scopes.get(name)
      if (id === undefined) {
        const found =
          findScope.get(account, region, category)?.id ?? putScope.run(account, region, category).lastInsertRowid
        id = Number(found)
        scopes.set(name, id)
      }
      return id
    },
    term(attribute, value) {
      const known = terms[attribute]
      let term = known.get(value)
      if (term === undefined) {
        term = termOf(attribute, value)
        if (listedAttributes.includes(attribute)) putListed.run(attributeNumbers[attribute], value)
        if (known.size >= rememberedMax) known.clear()
        known.set(value, term)
      }
      return term
    },
    forget() {
      scopes.clear()
      for (const known of Object.values(terms)) known.clear()
    },
  }
}

function rememberedTerms(): Record<IndexedAttribute, Map<string, number>> {
  const attributes = Object.keys(attributeNumbers) as IndexedAttribute[]
  return Object.fromEntries(attributes.map((attribute) => [attribute, new Map<string, number>()])) as Record<
    IndexedAttribute,
    Map<string, number>
  >
}
