import { rm } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { SweepMark } from './forget-sweep.ts'
import type { FrameBatch } from './frame-batch.ts'
import type { FromIndexWorker, ToIndexWorker } from './worker-messages.ts'
import { WorkerThread } from './worker-thread.ts'

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
  forget(first: number, mark: SweepMark): Promise<SweepMark | undefined>
  close(): Promise<void>
  /** Without a word to the worker: its file is to be thrown away. */
  terminate(): Promise<void>
}

/** @throws Fault `history.damaged` when the file must be rebuilt */
export async function openIndexThread(path: string): Promise<IndexThread> {
  const worker = new Worker(new URL('./history-index.worker.ts', import.meta.url), { workerData: { path } })
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
