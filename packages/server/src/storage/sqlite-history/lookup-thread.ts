import { Worker } from 'node:worker_threads'
import type { EventLog, Position, StoredFrame } from '../../ports/event-log.ts'
import type { EventKey, FoundEvent, Recognition, Search, SearchSummary } from '../../ports/history-index.ts'
import { noteOf } from './fault-note.ts'
import { batchedEvents, packFrames } from './frame-batch.ts'
import { packKeys, unpackAnswers } from './key-batch.ts'
import type { FromLookupWorker, HistoryWorkerData, ToLookupWorker } from './worker-messages.ts'
import { WorkerThread, workerLimits } from './worker-thread.ts'

export type ThreadPart =
  | { readonly kind: 'events'; readonly events: readonly FoundEvent[] }
  | { readonly kind: 'summary'; readonly summary: Omit<SearchSummary, 'isCaughtUp'> }

export type ThreadPage = FromLookupWorker & { readonly kind: 'page' }

/** The reading side of the index, in its worker. */
export interface LookupThread {
  search(search: Search, searchMsMax: number, signal: AbortSignal): AsyncGenerator<ThreadPart, void, undefined>
  page(search: Search, searchMsMax: number, signal: AbortSignal): Promise<ThreadPage>
  recognise(keys: readonly EventKey[]): Promise<readonly Recognition[]>
  /** Ended by itself: it has to be opened again. */
  isDead(): boolean
  terminate(): Promise<void>
}

/** @throws Fault `history.damaged` */
export async function openLookupThread(workerData: HistoryWorkerData, log: EventLog): Promise<LookupThread> {
  const worker = new Worker(new URL('./history-lookup.worker.ts', import.meta.url), {
    workerData,
    resourceLimits: workerLimits,
  })
  const thread = new WorkerThread<FromLookupWorker, ToLookupWorker>(worker)
  const fetchFor = async (fetchId: number, positions: readonly number[]): Promise<void> => {
    try {
      const frames = await log.fetch(positions as readonly Position[])
      const batch = packFrames(frames.filter(isPresent))
      thread.send({ kind: 'fetched', id: fetchId, batch }, [batch.bytes])
    } catch (error) {
      thread.send({ kind: 'fetch-failed', id: fetchId, fault: noteOf(error) })
    }
  }
  try {
    await thread.next(undefined)
  } catch (error) {
    await thread.terminate()
    throw error
  }
  thread.listen(undefined, {
    take: (message) => {
      if (message.kind === 'fetch') void fetchFor(message.fetchId, message.positions)
    },
    fail: () => {},
  })
  return {
    search: (search, searchMsMax, signal) => searchOn(thread, search, searchMsMax, signal),
    page: (search, searchMsMax, signal) => pageOn(thread, search, searchMsMax, signal),
    async recognise(keys) {
      const packed = packKeys(keys)
      const order = { kind: 'recognise', id: thread.nextId(), keys: packed } as const
      const answer = await thread.ask(order, [packed.hashes.buffer, packed.accountOf.buffer])
      return answer.kind === 'recognised' ? unpackAnswers(answer.recognised) : []
    },
    isDead: () => thread.isDead,
    terminate: () => thread.terminate(),
  }
}

function isPresent(frame: StoredFrame | undefined): frame is StoredFrame {
  return frame !== undefined
}

async function pageOn(
  thread: WorkerThread<FromLookupWorker, ToLookupWorker>,
  search: Search,
  searchMsMax: number,
  signal: AbortSignal,
): Promise<ThreadPage> {
  signal.throwIfAborted()
  const id = thread.nextId()
  const { promise, resolve, reject } = Promise.withResolvers<ThreadPage>()
  const stop = thread.listen(id, {
    take: (message) => {
      if (message.kind === 'page') resolve(message)
    },
    fail: reject,
  })
  const giveUp = (): void => {
    thread.send({ kind: 'cancel', id })
    reject(signal.reason)
  }
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    thread.send({ kind: 'page', id, search, searchMsMax })
    return await promise
  } finally {
    stop()
    signal.removeEventListener('abort', giveUp)
  }
}

async function* searchOn(
  thread: WorkerThread<FromLookupWorker, ToLookupWorker>,
  search: Search,
  searchMsMax: number,
  signal: AbortSignal,
): AsyncGenerator<ThreadPart, void, undefined> {
  signal.throwIfAborted()
  const id = thread.nextId()
  const arrived: FromLookupWorker[] = []
  let failure: { readonly error: unknown } | undefined
  let wake = Promise.withResolvers<void>()
  const fail = (error: unknown): void => {
    failure ??= { error }
    wake.resolve()
  }
  const onAbort = (): void => fail(signal.reason)
  const stop = thread.listen(id, {
    take: (message) => {
      arrived.push(message)
      wake.resolve()
    },
    fail,
  })
  signal.addEventListener('abort', onAbort, { once: true })
  let isOver = false
  try {
    thread.send({ kind: 'search', id, search, searchMsMax })
    while (!isOver) {
      await wake.promise
      wake = Promise.withResolvers<void>()
      if (failure !== undefined) throw failure.error
      for (let message = arrived.shift(); message !== undefined; message = arrived.shift()) {
        if (message.kind === 'end') {
          isOver = true
          yield { kind: 'summary', summary: message.summary }
        } else if (message.kind === 'matches') {
          yield { kind: 'events', events: foundEvents(message) }
          thread.send({ kind: 'more', id })
        }
      }
    }
  } finally {
    stop()
    signal.removeEventListener('abort', onAbort)
    // The receiver went away, or will not come back.
    if (!isOver) thread.send({ kind: 'cancel', id })
  }
}

function foundEvents({ batch, found }: FromLookupWorker & { kind: 'matches' }): FoundEvent[] {
  return [...batchedEvents(batch)].flatMap((event, index) => {
    const note = found[index]
    if (note === undefined) return []
    const { account, region, bytes, position } = event
    return [{ account, region, bytes, position: position as Position, timeMs: note.timeMs, fields: note.fields }]
  })
}
