import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { LakeAnswer, LakeNews, LakeOrder } from './worker-messages.ts'

/** The main thread's end of the thread that writes the lake. One that ended by itself is started again when needed. */
export interface WriterThread {
  /** Starts it when it is not running. Answers which life it is in: a new one knows nothing it was told before. */
  start(): Promise<number>
  /** @throws Fault of the order, or `lake.files-failed` when the thread ends meanwhile */
  ask(order: LakeOrder, transfer: ArrayBuffer[]): Promise<LakeNews>
  /** Finishes what was asked. */
  end(): Promise<void>
}

/** `hear` is told all news before whoever asked. */
export function createWriterThread(folder: string, hear: (news: LakeNews) => void): WriterThread {
  let lives = 0
  let life: { readonly number: number; readonly thread: Life; readonly opened: Promise<unknown> } | undefined
  let isEnded = false

  async function start(): Promise<number> {
    if (isEnded) throw new Fault('lake.closed', 'the lake is closed')
    if (life === undefined || life.thread.isOver()) {
      lives += 1
      const thread = startLife(folder, hear)
      life = { number: lives, thread, opened: thread.answer(0) }
    }
    const { number, opened } = life
    await opened
    return number
  }

  return {
    start,
    async ask(order, transfer) {
      await start()
      return (life ?? unreachable()).thread.ask(order, transfer)
    },
    async end() {
      if (isEnded) return
      isEnded = true
      if (life === undefined || life.thread.isOver()) return
      await life.thread.ask({ kind: 'close' }, []).catch(() => undefined)
      await life.thread.terminate()
    },
  }
}

function unreachable(): never {
  throw new Fault('lake.files-failed', 'the thread that writes the lake did not start')
}

interface Life {
  isOver(): boolean
  answer(id: number): Promise<LakeNews>
  ask(order: LakeOrder, transfer: ArrayBuffer[]): Promise<LakeNews>
  terminate(): Promise<unknown>
}

function startLife(folder: string, hear: (news: LakeNews) => void): Life {
  const worker = new Worker(new URL('./lake-files.worker.ts', import.meta.url), { workerData: { folder } })
  const waiting = new Map<number, PromiseWithResolvers<LakeNews>>()
  let lastId = 0
  let death: Fault | undefined

  function answer(id: number): Promise<LakeNews> {
    const coming = Promise.withResolvers<LakeNews>()
    if (death === undefined) waiting.set(id, coming)
    else coming.reject(death)
    return coming.promise
  }

  function die(cause: unknown): void {
    death ??= new Fault('lake.files-failed', 'the thread that writes the lake ended', {}, { cause })
    for (const { reject } of waiting.values()) reject(death)
    waiting.clear()
  }

  worker.on('message', ({ id, news, fault }: LakeAnswer) => {
    if (news !== undefined) hear(news)
    const coming = waiting.get(id)
    waiting.delete(id)
    if (fault !== undefined) coming?.reject(new Fault(fault.code, fault.message, fault.fields))
    else if (news !== undefined) coming?.resolve(news)
  })
  worker.on('error', die)
  worker.on('exit', () => die(undefined))

  return {
    isOver: () => death !== undefined,
    answer,
    ask(order, transfer) {
      lastId += 1
      const coming = answer(lastId)
      if (death === undefined) worker.postMessage({ id: lastId, order }, transfer)
      return coming
    },
    terminate: () => worker.terminate(),
  }
}
