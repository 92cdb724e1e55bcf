import type { ResourceLimits, Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import { faultOf } from './fault-note.ts'
import type { FaultNote } from './worker-messages.ts'

/**
 * Room for new objects, of which these threads make many and keep few: a thread would take three times as much, for
 * nothing. What is kept has no limit, because one hostile record may be large.
 */
export const workerLimits: ResourceLimits = { maxYoungGenerationSizeMb: 12 }

interface Answer {
  readonly kind: string
  readonly id: number | undefined
  readonly fault?: FaultNote
}

/**
 * The main thread's end of one worker. What arrives goes to whoever listens under its id; a worker that ends fails all
 * of them.
 */
export class WorkerThread<Message extends Answer, Order extends { readonly id: number }> {
  readonly #worker: Worker
  readonly #listeners = new Map<number | undefined, { take(message: Message): void; fail(fault: Fault): void }>()
  #lastId = 0
  #death: Fault | undefined

  constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (message: Message) => {
      const listener = this.#listeners.get(message.id)
      if (message.fault === undefined) listener?.take(message)
      else listener?.fail(faultOf(message.fault))
    })
    worker.on('error', (cause) => this.#die(cause))
    worker.on('exit', () => this.#die(undefined))
  }

  /** Whether it ended. */
  get isDead(): boolean {
    return this.#death !== undefined
  }

  nextId(): number {
    return ++this.#lastId
  }

  /** Listens to what arrives under `id` until the returned function is called. */
  listen(id: number | undefined, listener: { take(message: Message): void; fail(fault: Fault): void }): () => void {
    if (this.#death !== undefined) listener.fail(this.#death)
    else this.#listeners.set(id, listener)
    return () => void this.#listeners.delete(id)
  }

  /** The one message under `id`. */
  next(id: number | undefined): Promise<Message> {
    return new Promise((resolve, reject) => {
      const stop = this.listen(id, {
        take: (message) => {
          stop()
          resolve(message)
        },
        fail: (fault) => {
          this.#listeners.delete(id)
          reject(fault)
        },
      })
    })
  }

  send(message: Order, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  /** Sends and waits for the one answer. */
  ask(message: Order, transfer: ArrayBuffer[] = []): Promise<Message> {
    const answer = this.next(message.id)
    this.send(message, transfer)
    return answer
  }

  async terminate(): Promise<void> {
    this.#death ??= new Fault('history.closed', 'the history is closed')
    for (const { fail } of [...this.#listeners.values()]) fail(this.#death)
    this.#listeners.clear()
    await this.#worker.terminate()
  }

  #die(cause: unknown): void {
    if (this.#death !== undefined) return
    this.#death = new Fault('history.failed', 'a worker of the history ended', {}, { cause })
    for (const { fail } of [...this.#listeners.values()]) fail(this.#death)
    this.#listeners.clear()
  }
}
