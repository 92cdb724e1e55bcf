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
    void (result === 'done' ? endLater() : child[Symbol.asyncDispose]())
  }

  async function endLater(): Promise<void> {
    const gone = new AbortController()
    void child.gone.then(() => gone.abort())
    await timer.sleep(lingerMs, gone.signal).catch(() => undefined)
    await child[Symbol.asyncDispose]()
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
      end(stopped())
    }
  }

  async function stop(): Promise<void> {
    end(stopped())
    // Of a process that did its work nothing more is to be feared.
    if (outcome !== 'done') await child[Symbol.asyncDispose]()
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

/** The end of a process takes a processor for some 50 ms, in which whoever asked would wait for the last rows. */
const lingerMs = 100

const stopped = () => new Fault('lake.query-stopped', 'the query was stopped')

/** While rows may still come. */
const progressMax = 0.99

function failure(message: string): Fault {
  return message.startsWith('Out of Memory Error')
    ? new Fault('lake.query-out-of-memory', 'a query took more memory than it may', { message })
    : new Fault('lake.query-failed', 'the query engine refused or gave up a query', { message })
}
