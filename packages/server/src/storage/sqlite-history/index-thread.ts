import { rm } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { SweepMark } from './forget-sweep.ts'
import type { FrameBatch } from './frame-batch.ts'
import type { FromIndexWorker, HistoryWorkerData, Indexed, ToIndexWorker } from './worker-messages.ts'
import { WorkerThread, workerLimits } from './worker-thread.ts'

type Thread = WorkerThread<FromIndexWorker, ToIndexWorker>

/** The writing side of the index, in its worker. */
export interface IndexThread {
  /** First position not indexed; `undefined` when the index is new. */
  readonly cursor: number | undefined
  /** What stood before it is forgotten already. */
  readonly forgottenTo: number
  /** Ended by itself: it has to be opened again. */
  isDead(): boolean
  /** @throws Fault `history.damaged` or `history.failed` */
  write(batch: FrameBatch, next: number): Promise<void>
  /**
   * Reads the log's segments itself, from `from` up to about `bytesMax` or `end`, and indexes that. `undefined` when it
   * finds `from` in none of them.
   *
   * @throws Fault `history.damaged`, `history.failed` or `log.damaged`
   */
  advance(range: { from: number; end: number; bytesMax: number }): Promise<Indexed | undefined>
  forget(first: number, mark: SweepMark): Promise<SweepMark | undefined>
  close(): Promise<void>
  /** Without a word to the worker: its file is to be thrown away. */
  terminate(): Promise<void>
}

/** @throws Fault `history.damaged` when the file must be rebuilt */
export async function openIndexThread(workerData: HistoryWorkerData): Promise<IndexThread> {
  const worker = new Worker(new URL('./history-index.worker.ts', import.meta.url), {
    workerData,
    resourceLimits: workerLimits,
  })
  const thread: Thread = new WorkerThread(worker)
  try {
    const opened = await thread.next(undefined)
    const known = opened.kind === 'opened' ? opened : undefined
    return {
      cursor: known?.cursor,
      forgottenTo: known?.forgottenTo ?? 0,
      isDead: () => thread.isDead,
      async write(batch, next) {
        await thread.ask({ kind: 'write', id: thread.nextId(), batch, next }, [batch.bytes])
      },
      async advance(range) {
        const answer = await thread.ask({ kind: 'advance', id: thread.nextId(), ...range })
        return answer.kind === 'advanced' ? answer.indexed : undefined
      },
      async forget(first, mark) {
        const done = await thread.ask({ kind: 'forget', id: thread.nextId(), first, mark })
        return done.kind === 'done' ? done.mark : undefined
      },
      async close() {
        await thread.ask({ kind: 'close', id: thread.nextId() })
        await thread.terminate()
      },
      terminate: () => thread.terminate(),
    }
  } catch (error) {
    await thread.terminate()
    throw error
  }
}

export function isDamage(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'history.damaged'
}

/** Removes the index; nothing else is in these files. */
export async function removeIndex(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${path}${suffix}`, { force: true })
}
