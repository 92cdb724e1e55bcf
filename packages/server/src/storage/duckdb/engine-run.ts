import { Fault } from '../../fault.ts'
import type { EngineBatch, EngineColumn, EngineQuery, EngineRun } from '../../ports/lake-engine.ts'
import type { Timer } from '../../ports/timer.ts'
import type { EngineChild } from './engine-child.ts'
import type { FromEngine } from './engine-messages.ts'

/** Hands a query to a process and its answer to one reader. The process ends with the run. */
export function startRun(child: EngineChild, query: EngineQuery, timer: Timer): EngineRun {
  const columns = Promise.withResolvers<readonly EngineColumn[]>()
  // Nobody has to look at them.
  columns.promise.catch(() => undefined)
  const ended = new AbortController()
  const waiting: EngineBatch[] = []
  let outcome: 'done' | Fault | undefined
  let progress = 0
  let wake = () => {}

  function end(result: 'done' | Fault): void {
    if (outcome !== undefined) return
    outcome = result
    if (result === 'done') progress = 1
    else columns.reject(result)
    ended.abort()
    wake()
    void child[Symbol.asyncDispose]()
  }

  function take(message: FromEngine): void {
    if (message.kind === 'columns') columns.resolve(message.columns)
    else if (message.kind === 'progress') progress = Math.max(progress, Math.min(message.progress, progressMax))
    else if (message.kind === 'done') end('done')
    else if (message.kind === 'failed') end(failure(message.message))
    else if (message.kind === 'batch') {
      waiting.push({ rows: message.rows })
      wake()
    }
  }

  async function* batches(): AsyncGenerator<EngineBatch, void, undefined> {
    try {
      for (;;) {
        const next = waiting.shift()
        if (next !== undefined) {
          child.send({ kind: 'taken' })
          yield next
        } else if (outcome === 'done') return
        else if (outcome !== undefined) throw outcome
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      await stop()
    }
  }

  async function stop(): Promise<void> {
    end(new Fault('lake.query-stopped', 'the query was stopped'))
    await child[Symbol.asyncDispose]()
  }

  child.listen(take, end)
  child.limitMemory(query.memoryBytesMax)
  const { statement, tables, files, memoryBytesMax, timeoutMs } = query
  child.send({ kind: 'query', statement, tables, files, memoryBytesMax })
  timer.sleep(timeoutMs, ended.signal).then(
    () => end(new Fault('lake.query-timed-out', 'the query took longer than it may', { timeoutMs })),
    () => undefined,
  )
  return { columns: columns.promise, batches: batches(), stop, progress: () => progress, [Symbol.asyncDispose]: stop }
}

/** While rows may still come. */
const progressMax = 0.99

function failure(message: string): Fault {
  return message.startsWith('Out of Memory Error')
    ? new Fault('lake.query-out-of-memory', 'a query took more memory than it may', { message })
    : new Fault('lake.query-failed', 'the query engine refused or gave up a query', { message })
}
