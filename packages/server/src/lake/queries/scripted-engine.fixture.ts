import { Fault } from '../../fault.ts'
import type { EngineQuery, EngineRun, LakeEngine } from '../../ports/lake-engine.ts'

/** What a query does: gives rows, waits to be stopped, or fails. */
export type Step = { readonly rows: readonly (readonly unknown[])[] } | 'hang' | Fault

/** An engine whose queries do what their statement's script says. */
export interface ScriptedEngine extends LakeEngine {
  readonly ran: EngineQuery[]
  /** Queries under way. */
  readonly running: () => number
}

export function scriptedEngine(scripts: Readonly<Record<string, readonly Step[]>>): ScriptedEngine {
  const ran: EngineQuery[] = []
  let running = 0

  function run(query: EngineQuery): EngineRun {
    ran.push(query)
    running += 1
    const stopped = Promise.withResolvers<never>()
    stopped.promise.catch(() => undefined)
    let isOver = false
    const over = () => {
      if (!isOver) running -= 1
      isOver = true
    }
    const stop = async () => {
      over()
      stopped.reject(new Fault('lake.query-stopped', 'stopped'))
    }
    async function* batches() {
      for (const step of scripts[query.statement] ?? []) {
        if (step === 'hang') await stopped.promise
        else if (step instanceof Fault) throw step
        else yield step
      }
    }
    return {
      columns: Promise.resolve([]),
      batches: batches(),
      stop,
      progress: () => 1,
      [Symbol.asyncDispose]: stop,
    }
  }

  return {
    ran,
    running: () => running,
    run,
    convert: () => Promise.reject(new Fault('lake.conversion-failed', 'not here')),
    async [Symbol.asyncDispose]() {},
  }
}
