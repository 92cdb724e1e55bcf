import { parentPort, workerData } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { LakeBatch, PartFile, RuleSet, TableState, Written } from '../../ports/lake-files.ts'
import { yieldToMainThread } from '../../runtime/thread-priority.ts'
import { createNodeDisk } from '../disk/index.ts'
import { unpackEvents } from './packed-events.ts'
import { TablesWriter } from './tables-writer.ts'
import type { FaultNote, LakeAnswer, LakeNews, LakeOrder, PackedEvents, TableNews } from './worker-messages.ts'

/** The thread that makes rows and writes them. One order at a time. */

const port = parentPort
const { folder } = workerData as { readonly folder: string }
const rules = new Map<number, RuleSet>()

function rulesOf(number: number): RuleSet {
  const set = rules.get(number)
  if (set === undefined) throw new Fault('lake.files-failed', 'rules were not handed over', { number })
  return set
}

function unpack(events: PackedEvents): LakeBatch {
  for (const set of events.ruleSets) rules.set(set.number, set)
  return unpackEvents(events, rulesOf)
}

async function serve(answer: (message: LakeAnswer) => void): Promise<void> {
  const tables = await TablesWriter.open(createNodeDisk(), folder)
  const news = (more: Partial<LakeNews>): LakeNews => ({
    cursor: tables.cursor,
    tables: [],
    dropped: [],
    damaged: tables.damaged,
    ...more,
  })
  /** Typed files that the main thread knows, by table: a list that changes is another list. */
  const told = new Map<string, readonly PartFile[]>()
  const newsOf = (states: readonly TableState[]): readonly TableNews[] =>
    states.map(({ parts, ...state }) => {
      const isKnown = told.get(state.store) === parts
      told.set(state.store, parts)
      return isKnown ? state : { ...state, parts }
    })
  const one = (state: TableState | undefined): Partial<LakeNews> => ({
    tables: state === undefined ? [] : newsOf([state]),
  })

  /** By their numbers, oldest first; of those before one that is written nobody asks any more. */
  const prepared = new Map<number, LakeBatch>()

  function prepare(number: number, events: PackedEvents): Partial<LakeNews> {
    const batch = unpack(events)
    prepared.set(number, batch)
    try {
      tables.prepare(batch)
    } catch {
      // It fails again when it is to be written, and is told then.
    }
    return {}
  }

  function batchOf(number: number): LakeBatch {
    const batch = prepared.get(number)
    if (batch === undefined) throw new Fault('lake.files-failed', 'events were not handed over', { number })
    for (const known of prepared.keys()) if (known <= number) prepared.delete(known)
    return batch
  }

  async function obey(order: Exclude<LakeOrder, { readonly kind: 'prepare' }>): Promise<Partial<LakeNews>> {
    switch (order.kind) {
      case 'write': {
        const { changed, ...written } = await tables.write(batchOf(order.number))
        return { tables: newsOf(changed), written: written satisfies Written }
      }
      case 'mark':
        await tables.mark(order.next)
        return { tables: newsOf(tables.states) }
      case 'roll':
        return one(await tables.roll(order.store))
      case 'replace':
        return one(await tables.replace(order.store, order.change))
      case 'drop':
        await tables.drop(order.store)
        told.delete(order.store)
        return { dropped: [order.store] }
      case 'freeze':
        await tables.freeze(order.into)
        return { tables: newsOf(tables.states) }
      case 'close':
        await tables.close()
        return {}
    }
  }

  let working: Promise<void> = Promise.resolve()
  port?.on('message', ({ id, order }: { readonly id: number; readonly order: LakeOrder }) => {
    if (order.kind === 'prepare') return answer({ id, news: news(prepare(order.number, order.events)) })
    working = working.then(() =>
      obey(order).then(
        (more) => answer({ id, news: news(more) }),
        // A table that failed was opened again and may be shorter now.
        (error: unknown) => answer({ id, news: news({ tables: newsOf(tables.states) }), fault: noteOf(error) }),
      ),
    )
  })
  answer({ id: 0, news: news({ tables: newsOf(tables.states) }) })
}

function noteOf(error: unknown): FaultNote {
  if (error instanceof Fault) return { code: error.code, message: error.message, fields: error.fields }
  const reason = error instanceof Error ? error.message : String(error)
  return { code: 'lake.files-failed', message: 'files of the lake could not be written', fields: { reason } }
}

if (port !== null) {
  yieldToMainThread()
  const answer = (message: LakeAnswer): void => port.postMessage(message)
  serve(answer).catch((error: unknown) => answer({ id: 0, fault: noteOf(error) }))
}
