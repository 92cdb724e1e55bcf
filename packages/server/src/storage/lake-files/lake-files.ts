import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { Position } from '../../ports/event-log.ts'
import type { LakeFiles, TableState, Written } from '../../ports/lake-files.ts'
import { packEvents } from './packed-events.ts'
import type { LakeAnswer, LakeNews, LakeOrder } from './worker-messages.ts'

/** Opens the tables in a folder, which is made when it is missing; a thread of its own writes them. */
export async function openLakeFiles({ folder }: { readonly folder: string }): Promise<LakeFiles> {
  const tables = new Map<string, TableState>()
  let damaged: ReadonlyMap<string, string> = new Map()
  let cursor: Position | undefined
  const known = new Set<number>()
  const frozen = join(folder, 'frozen')
  let freezes = 0
  // Left by a crash.
  await rm(frozen, { recursive: true, force: true })
  const thread = startThread(folder, (news) => {
    cursor = news.cursor
    damaged = news.damaged
    for (const state of news.tables) tables.set(state.store, state)
    for (const store of [...news.dropped, ...news.damaged.keys()]) tables.delete(store)
  })
  await thread.opened
  const ask = (order: LakeOrder, transfer: ArrayBuffer[] = []): Promise<LakeNews> => thread.ask(order, transfer)
  return {
    cursor: () => cursor,
    tables: () => tables,
    damaged: () => damaged,
    pathOf: (store, file) => join(folder, store, file),
    async write(batch) {
      const events = packEvents(batch, (number) => known.has(number))
      for (const { number } of events.ruleSets) known.add(number)
      const { written } = await ask({ kind: 'write', events }, [events.bytes])
      return written ?? nothing
    },
    async mark(next) {
      await ask({ kind: 'mark', next })
    },
    async roll(store) {
      return (await ask({ kind: 'roll', store })).tables[0]
    },
    async replace(store, change) {
      const [state] = (await ask({ kind: 'replace', store, change })).tables
      if (state === undefined) throw new Fault('lake.files-failed', 'a table did not answer', { store })
      return state
    },
    async drop(store) {
      await ask({ kind: 'drop', store })
      await rm(join(folder, store), { recursive: true, force: true })
    },
    async remove(store, files) {
      await Promise.all(files.map((file) => rm(join(folder, store, file), { force: true })))
    },
    async freeze() {
      freezes += 1
      const into = join(frozen, String(freezes))
      const remove = () => rm(into, { recursive: true, force: true })
      await mkdir(into, { recursive: true, mode: 0o700 })
      try {
        await ask({ kind: 'freeze', into })
      } catch (error) {
        await remove()
        throw error
      }
      return { folder: into, [Symbol.asyncDispose]: remove }
    },
    [Symbol.asyncDispose]: thread.end,
  }
}

const nothing: Written = { rows: 0, bytes: 0, notRecords: [] }

interface Thread {
  readonly opened: Promise<unknown>
  ask(order: LakeOrder, transfer: ArrayBuffer[]): Promise<LakeNews>
  end(): Promise<void>
}

/** The main thread's end. `hear` is told all news before whoever asked. */
function startThread(folder: string, hear: (news: LakeNews) => void): Thread {
  const worker = new Worker(new URL('./lake-files.worker.ts', import.meta.url), { workerData: { folder } })
  const waiting = new Map<number, PromiseWithResolvers<LakeNews>>()
  let lastId = 0
  let death: Fault | undefined

  function expect(id: number): Promise<LakeNews> {
    const answer = Promise.withResolvers<LakeNews>()
    if (death === undefined) waiting.set(id, answer)
    else answer.reject(death)
    return answer.promise
  }

  function die(cause: unknown): void {
    death ??= new Fault('lake.files-failed', 'the thread that writes the lake ended', {}, { cause })
    for (const { reject } of waiting.values()) reject(death)
    waiting.clear()
  }

  worker.on('message', ({ id, news, fault }: LakeAnswer) => {
    if (news !== undefined) hear(news)
    const answer = waiting.get(id)
    waiting.delete(id)
    if (fault !== undefined) answer?.reject(new Fault(fault.code, fault.message, fault.fields))
    else if (news !== undefined) answer?.resolve(news)
  })
  worker.on('error', die)
  worker.on('exit', () => die(undefined))

  function ask(order: LakeOrder, transfer: ArrayBuffer[]): Promise<LakeNews> {
    const id = ++lastId
    const answer = expect(id)
    if (death === undefined) worker.postMessage({ id, order }, transfer)
    return answer
  }

  return {
    opened: expect(0),
    ask,
    async end() {
      if (death !== undefined) return
      await ask({ kind: 'close' }, []).catch(() => undefined)
      death ??= new Fault('lake.closed', 'the lake is closed')
      await worker.terminate()
    },
  }
}
