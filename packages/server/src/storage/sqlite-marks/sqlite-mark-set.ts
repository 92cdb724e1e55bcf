import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { MarkSet } from '../../ports/mark-set.ts'
import type { MarkReply, MarkRequest } from './protocol.ts'

/**
 * Marks in one SQLite file, kept by a worker that starts with the first use: most installations never need it. A worker
 * that dies fails what was asked of it; the next call starts another.
 *
 * Calls throw Fault `import.marks-failed`.
 */
export function createSqliteMarkSet({ path }: { readonly path: string }): MarkSet {
  let thread: MarkThread | undefined
  const ask = (method: MarkRequest['method'], marks: Uint8Array) => {
    if (thread?.isDead !== false) thread = new MarkThread(path)
    return thread.ask(method, marks)
  }
  return {
    has: async (marks) => (await ask('has', marks)) ?? new Uint8Array(0),
    async add(marks) {
      await ask('add', marks)
    },
    async [Symbol.asyncDispose]() {
      await thread?.close()
    },
  }
}

class MarkThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve(flags: Uint8Array | undefined): void; reject(fault: Fault): void }>()
  #lastId = 0
  isDead = false

  constructor(path: string) {
    this.#worker = new Worker(new URL('./mark-set.worker.ts', import.meta.url), { workerData: { path } })
    this.#worker.on('message', ({ id, flags, failure }: MarkReply) => {
      const asked = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (failure === undefined) asked?.resolve(flags)
      else asked?.reject(marksFailed(failure))
    })
    this.#worker.on('error', (cause) => this.#die(cause))
    this.#worker.on('exit', () => this.#die(undefined))
  }

  ask(method: MarkRequest['method'], marks: Uint8Array): Promise<Uint8Array | undefined> {
    this.#lastId += 1
    const request: MarkRequest = { id: this.#lastId, method, marks }
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject })
      this.#worker.postMessage(request)
    })
  }

  async close(): Promise<void> {
    if (this.isDead) return
    await this.ask('close', new Uint8Array(0)).catch(() => undefined)
    await this.#worker.terminate()
  }

  #die(cause: unknown): void {
    this.isDead = true
    for (const { reject } of this.#waiting.values()) reject(marksFailed('the worker ended', cause))
    this.#waiting.clear()
  }
}

function marksFailed(reason: string, cause?: unknown): Fault {
  return new Fault('import.marks-failed', 'what was imported cannot be remembered', { reason }, { cause })
}
