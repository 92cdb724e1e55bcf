import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { PlanEngine, PlanReply } from './protocol.ts'

/** The plan's database in a worker. A worker that dies fails everything asked of it, then and later. */
export function startPlanThread(path: string): { readonly engine: PlanEngine; terminate(): Promise<void> } {
  const worker = new Worker(new URL('./delivery-plan.worker.ts', import.meta.url), { workerData: { path } })
  const waiting = new Map<number, { resolve(result: unknown): void; reject(failure: Fault): void }>()
  let lastId = 0
  let death: Fault | undefined

  function die(cause: unknown): void {
    death ??= new Fault('delivery.plan-failed', 'the worker of the delivery plan ended', {}, { cause })
    for (const { reject } of waiting.values()) reject(death)
    waiting.clear()
  }

  worker.on('error', die)
  worker.on('exit', () => die(undefined))
  worker.on('message', ({ id, result, failure }: PlanReply) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (failure === undefined) asked?.resolve(result)
    else asked?.reject(new Fault(failure.code ?? 'delivery.plan-failed', failure.message, failure.fields))
  })

  const ask = (method: string, parameters: readonly unknown[]): Promise<unknown> => {
    if (death !== undefined) return Promise.reject(death)
    const id = ++lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, method, parameters })
    })
  }
  return {
    engine: ((method, ...parameters) => ask(method, parameters)) as PlanEngine,
    terminate: async () => void (await worker.terminate()),
  }
}
