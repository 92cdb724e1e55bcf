import { availableParallelism } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { CommandFailure } from '../failure.ts'
import { type FileJob, type FileResult, type HashedFiles, hashFiles } from './hash-files.ts'

/** Inflates and hashes files on all cores, of which the calling thread's is one. */
export interface HashPool {
  /**
   * Resolves when there is room for another file; `onResult` hears of this one later, in any order. The buffer of a
   * job's bytes is handed over: the caller has it no more.
   */
  add(job: FileJob, onResult: (result: FileResult) => void): Promise<void>
  /** Resolves when every file that was added is done. */
  finish(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** More threads than cores only wait for each other. */
const workersMax = 16

/**
 * A message between threads costs as much as inflating a small file, so files travel in bundles; yet in small ones, some
 * milliseconds of work, or the last would keep one thread busy when the others have nothing left.
 */
const bundleFilesMax = 48
const bundleBytesMax = 64 * 1024

/** Files in a folder are as large as those before them, more or less; the first are thought to be of this size. */
const firstFileBytes = 16 * 1024

/** One that is worked on, and one that waits so that the worker never does. */
const bundlesAheadMax = 2

interface Bundle {
  readonly jobs: FileJob[]
  readonly listeners: ((result: FileResult) => void)[]
  bytes: number
}

interface Lane {
  readonly worker: Worker
  readonly sent: Bundle[]
}

export function createHashPool(): HashPool {
  let failure: CommandFailure | undefined
  let wake = () => {}
  const lanes = Array.from({ length: Math.min(workersMax, availableParallelism() - 1) }, startLane)
  let open = newBundle()
  const done = { files: 1, bytes: firstFileBytes }

  function startLane(): Lane {
    const worker = new Worker(new URL('./file-hash.worker.ts', import.meta.url))
    const lane: Lane = { worker, sent: [] }
    worker.on('message', (hashed: HashedFiles) => {
      tell(lane.sent.shift() ?? newBundle(), hashed)
      wake()
    })
    worker.on('error', (cause) => {
      failure = new CommandFailure('A thread that hashes files broke off.', { cause })
      wake()
    })
    return lane
  }

  function tell({ listeners }: Bundle, { results, fileBytes }: HashedFiles): void {
    done.files += results.length
    done.bytes += fileBytes
    for (const [index, result] of results.entries()) listeners[index]?.(result)
  }

  async function send(): Promise<void> {
    const bundle = open
    open = newBundle()
    const lane = lanes.toSorted((one, other) => one.sent.length - other.sent.length)[0]
    if (lane !== undefined && lane.sent.length < bundlesAheadMax) {
      lane.sent.push(bundle)
      const buffers = bundle.jobs.flatMap(({ bytes }) => bytes?.buffer ?? [])
      return lane.worker.postMessage(bundle.jobs, buffers)
    }
    // All have enough to do, so this thread does not wait for them either.
    tell(bundle, await hashFiles(bundle.jobs))
    await nextTurn()
    if (failure !== undefined) throw failure
  }

  return {
    async add(job, onResult) {
      open.jobs.push(job)
      open.listeners.push(onResult)
      open.bytes += job.bytes?.length ?? done.bytes / done.files
      if (open.jobs.length >= bundleFilesMax || open.bytes >= bundleBytesMax) await send()
    },
    async finish() {
      if (open.jobs.length > 0) await send()
      while (lanes.some(({ sent }) => sent.length > 0)) {
        if (failure !== undefined) throw failure
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(lanes.map(({ worker }) => worker.terminate()))
    },
  }
}

function newBundle(): Bundle {
  return { jobs: [], listeners: [], bytes: 0 }
}
