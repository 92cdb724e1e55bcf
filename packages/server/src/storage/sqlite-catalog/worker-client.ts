import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { CatalogReply, CatalogWork } from './protocol.ts'

/** The main thread's end of the catalogue's worker. A worker that dies fails everything asked of it, then and later. */
export class WorkerClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(failure: Fault): void }>()
  #lastId = 0
  #death: Fault | undefined

  constructor(path: string) {
    this.#worker = new Worker(new URL('./catalog.worker.ts', import.meta.url), { workerData: { path } })
    this.#worker.on('message', (reply: CatalogReply) => this.#settle(reply))
    this.#worker.on('error', (cause) => this.#die(cause))
    this.#worker.on('exit', () => this.#die(undefined))
  }

  ask(work: CatalogWork): Promise<unknown> {
    if (this.#death !== undefined) return Promise.reject(this.#death)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ ...work, id })
    })
  }

  async close(): Promise<void> {
    if (this.#death !== undefined) return
    await this.ask({ kind: 'close' })
    await this.#worker.terminate()
  }

  #settle({ id, result, failure }: CatalogReply): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (failure === undefined) waiting?.resolve(result)
    else waiting?.reject(new Fault(failure.code ?? 'catalog.journal-failed', failure.message, failure.fields))
  }

  #die(cause: unknown): void {
    this.#death ??= new Fault('catalog.journal-failed', 'the catalogue worker ended', {}, { cause })
    for (const { reject } of this.#waiting.values()) reject(this.#death)
    this.#waiting.clear()
  }
}
