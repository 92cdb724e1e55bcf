import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { Fault } from '../../fault.ts'
import type { Timer } from '../../ports/timer.ts'
import { behindEverything, behindMainThread } from '../../runtime/thread-priority.ts'
import type { FromEngine, ToEngine } from './engine-messages.ts'

/** The server's end of one engine process. */
export interface EngineChild extends AsyncDisposable {
  /** Resolves when the process has ended. */
  readonly gone: Promise<void>
  send(message: ToEngine): void
  /** Hands every message to `take` from now on, and the end of the process to `ended`, once. */
  listen(take: (message: FromEngine) => void, ended: (fault: Fault) => void): void
  /** Kills it when its memory goes beyond the limit; what `listen` is told then says so. Linux only. */
  limitMemory(bytesMax: number): void
  /** Kills it; `reason` is what `listen` is told. Resolves when the process is gone. Idempotent. */
  kill(reason: Fault): Promise<void>
}

/** JavaScript of an engine process holds a few batches. */
const heapMegabytesMax = 256
/** What a dying process says that is worth keeping. */
const complaintCharsMax = 2_000
/** DuckDB counts most of its memory itself; what it does not, grows by some hundred megabytes in this time at most. */
const memoryCheckMs = 100
const pageBytes = 4096

/** What a process is for: somebody waits for a query; a conversion even lets new rows come in first. */
export type EngineWork = 'query' | 'conversion'

/** Starts one that gives way to the server where there are too few processors: answering calls comes first. */
export function startEngineChild(timer: Timer, work: EngineWork): EngineChild {
  const child = fork(new URL('./duckdb-engine.worker.ts', import.meta.url), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Nothing of the server's environment, in which there may be secrets.
    env: { TZ: 'UTC' },
    execArgv: [`--max-old-space-size=${heapMegabytesMax}`],
  })
  yieldToServer(child, work)
  const gone = Promise.withResolvers<void>()
  const stopWatching = new AbortController()
  let complaint = ''
  let reason: Fault | undefined
  let tellEnd: ((fault: Fault) => void) | undefined
  let death: Fault | undefined
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-complaintCharsMax)
  })
  // An order to a process that is gone: its end is told by `exit`.
  child.on('error', () => {})
  child.once('exit', (code, signal) => {
    stopWatching.abort()
    death =
      reason ??
      new Fault('lake.engine-died', 'a process of the query engine ended by itself', {
        ...(code !== null && { exitCode: code }),
        ...(signal !== null && { signal }),
        complaint,
      })
    tellEnd?.(death)
    gone.resolve()
  })

  async function kill(fault: Fault): Promise<void> {
    reason ??= fault
    if (death === undefined) child.kill('SIGKILL')
    await gone.promise
  }

  async function watchMemory(bytesMax: number): Promise<void> {
    while (!stopWatching.signal.aborted) {
      const bytes = await residentBytes(child)
      if (bytes === undefined) return
      if (bytes > bytesMax) {
        return kill(new Fault('lake.query-out-of-memory', 'a query took more memory than it may', { bytes, bytesMax }))
      }
      await timer.sleep(memoryCheckMs, stopWatching.signal)
    }
  }

  return {
    gone: gone.promise,
    kill,
    send: (message) => void (child.connected && child.send(message)),
    listen(take, ended) {
      child.on('message', (message) => take(message as FromEngine))
      tellEnd = ended
      if (death !== undefined) ended(death)
    },
    // Ends with the process, which aborts its sleep.
    limitMemory: (bytesMax) => void watchMemory(bytesMax).catch(() => undefined),
    [Symbol.asyncDispose]: () => kill(new Fault('lake.query-stopped', 'the query was stopped')),
  }
}

function yieldToServer({ pid }: ChildProcess, work: EngineWork): void {
  try {
    if (pid !== undefined) setPriority(pid, work === 'query' ? behindMainThread() : behindEverything())
  } catch {
    // It has ended already, or the system knows no priorities: what it does is as right.
  }
}

/** `undefined` where the system does not tell. */
async function residentBytes({ pid }: ChildProcess): Promise<number | undefined> {
  try {
    const pages = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]
    return Number(pages) * pageBytes
  } catch {
    return undefined
  }
}
