import { Fault } from '../../fault.ts'
import type { EngineQuery, LakeEngine } from '../../ports/lake-engine.ts'
import type { Timer } from '../../ports/timer.ts'
import { type EngineChild, type EngineWork, startEngineChild } from './engine-child.ts'
import { startRun } from './engine-run.ts'

/** Conversions are bounded in size and take seconds; one that takes this long hangs, and would hold up all others. */
const conversionMsMax = 30 * 60_000

/** How long a process waits for the next query. It holds some 90 MB, so not for ever. */
const warmMs = 5 * 60_000

/** How long the next process waits for the end of the query before it. */
const warmAfterMs = 500

interface WarmChild {
  readonly child: EngineChild
  readonly prelude: string
  readonly used: AbortController
}

/**
 * DuckDB as the lake's engine: each query and each conversion in a process of its own, which is killed at the end. After
 * a query another process is started for the next one, with the same prelude; it is given up after {@link warmMs}.
 */
export function createDuckdbEngine({ timer }: { readonly timer: Timer }): LakeEngine {
  const running = new Set<EngineChild>()
  let warm: WarmChild | undefined
  const closing = new AbortController()

  function start(work: EngineWork = 'query'): EngineChild {
    if (closing.signal.aborted) throw new Fault('lake.engine-closed', 'the query engine is closed')
    const child = startEngineChild(timer, work)
    running.add(child)
    void child.gone.then(() => running.delete(child))
    return child
  }

  function take(prelude: readonly string[]): EngineChild {
    const found = warm
    warm = undefined
    found?.used.abort()
    if (found?.prelude === key(prelude) && running.has(found.child)) return found.child
    void found?.child[Symbol.asyncDispose]()
    const child = start()
    child.send({ kind: 'warm', prelude, tables: [] })
    return child
  }

  function warmUp({ prelude = [], tables }: EngineQuery): void {
    if (closing.signal.aborted || warm !== undefined) return
    const child = start()
    child.send({ kind: 'warm', prelude, tables })
    const used = new AbortController()
    const mine = { child, prelude: key(prelude), used }
    warm = mine
    timer.sleep(warmMs, used.signal).then(
      () => {
        if (warm === mine) warm = undefined
        void child[Symbol.asyncDispose]()
      },
      () => undefined,
    )
  }

  function killAfter(child: EngineChild, afterMs: number): Disposable {
    const ended = new AbortController()
    const late = new Fault('lake.conversion-failed', 'a conversion took longer than it may', { afterMs })
    timer.sleep(afterMs, ended.signal).then(
      () => child.kill(late),
      () => undefined,
    )
    return { [Symbol.dispose]: () => ended.abort() }
  }

  return {
    run(query) {
      const child = take(query.prelude ?? [])
      // Starting takes a third of a second of processor time, which the query itself needs first.
      void Promise.race([child.gone, timer.sleep(warmAfterMs, closing.signal)]).then(
        () => warmUp(query),
        () => undefined,
      )
      return startRun(child, query, timer)
    },
    async convert(conversion) {
      await using child = start('conversion')
      using _deadline = killAfter(child, conversionMsMax)
      return await new Promise((resolve, reject) => {
        child.listen((message) => {
          if (message.kind === 'converted') resolve(message.files)
          if (message.kind === 'failed') reject(conversionFault(message.message))
        }, reject)
        child.send({ kind: 'convert', conversion })
      })
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      warm?.used.abort()
      warm = undefined
      await Promise.all([...running].map((child) => child[Symbol.asyncDispose]()))
    },
  }
}

function key(prelude: EngineQuery['prelude'] = []): string {
  return prelude.join('\n')
}

function conversionFault(message: string): Fault {
  return /No space left|Could not write|disk quota/i.test(message)
    ? new Fault('lake.disk-full', 'a file of the lake could not be written', { message })
    : new Fault('lake.conversion-failed', 'rows could not be turned into a file of the lake', { message })
}
