import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { DatabaseKind, DatabaseReply, DatabaseRequest } from './protocol.ts'

/** A database in the thread. */
export interface DatabaseConnection<Database> {
  /** Runs one of its methods; the first call opens it. What is thrown is thrown here. */
  call<Method extends keyof Database>(
    method: Method,
    ...parameters: ParametersOf<Database[Method]>
  ): Promise<ResultOf<Database[Method]>>
  /** Lets it go. Nothing may be asked afterwards. */
  close(): Promise<void>
}

type ParametersOf<Method> = Method extends (...given: infer Given) => unknown ? Given : never
type ResultOf<Method> = Method extends (...given: never[]) => infer Result ? Result : never

/**
 * One thread in which small databases are read and written, so that the main thread waits for no disk. A thread of V8
 * takes 8 MB before it does anything: one for each database would be most of what an idle server needs.
 */
export interface DatabaseThread {
  /** `failed` makes what calls throw where they did not end with a Fault, given the reason. */
  connect<Database>(
    kind: DatabaseKind,
    path: string,
    failed: (reason: string, cause?: unknown) => Fault,
  ): DatabaseConnection<Database>
}

interface Asked {
  readonly failed: (reason: string, cause?: unknown) => Fault
  resolve(result: unknown): void
  reject(fault: Fault): void
}

/** It runs while there are connections. One that dies fails everything asked of it, then and later. */
export function createDatabaseThread(): DatabaseThread {
  let worker: Worker | undefined
  let death: { readonly cause: unknown } | undefined
  let connections = 0
  let open = 0
  let lastId = 0
  const waiting = new Map<number, Asked>()

  function start(): Worker {
    const started = new Worker(new URL('./database-thread.worker.ts', import.meta.url))
    const die = (cause: unknown): void => {
      if (worker !== started) return
      death ??= { cause }
      for (const { failed, reject } of waiting.values()) reject(failed('the thread ended', cause))
      waiting.clear()
    }
    started.on('error', die)
    started.on('exit', () => die(undefined))
    started.on('message', ({ id, result, failure }: DatabaseReply) => {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (failure === undefined) asked?.resolve(result)
      else if (failure.code === undefined) asked?.reject(asked.failed(failure.message))
      else asked?.reject(new Fault(failure.code, failure.message, failure.fields))
    })
    return started
  }

  async function end(): Promise<void> {
    const ended = worker
    worker = undefined
    await ended?.terminate()
  }

  return {
    connect(kind, path, failed) {
      connections += 1
      const connection = connections
      let state: 'new' | 'open' | 'closed' = 'new'

      function ask(method: string, parameters: readonly unknown[]): Promise<unknown> {
        if (death !== undefined) return Promise.reject(failed('the thread ended', death.cause))
        worker ??= start()
        const id = ++lastId
        const answer = new Promise((resolve, reject) => waiting.set(id, { failed, resolve, reject }))
        worker.postMessage({ id, connection, kind, path, method, parameters } satisfies DatabaseRequest)
        return answer
      }

      return {
        call: (async (method: string, ...parameters: readonly unknown[]) => {
          if (state === 'closed') throw failed('it is closed')
          if (state === 'new') open += 1
          state = 'open'
          return ask(method, parameters)
        }) as never,
        async close() {
          const wasOpen = state === 'open'
          state = 'closed'
          if (!wasOpen) return
          try {
            if (death === undefined) await ask('close', [])
          } finally {
            open -= 1
            if (open === 0) await end()
          }
        },
      }
    },
  }
}
