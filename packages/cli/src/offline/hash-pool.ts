import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { TrailEvent } from '@cairn/core/digest'
import type { HashedMember } from '@cairn/server/proofs'
import { CommandFailure } from '../failure.ts'

/** A file to inflate and hash: named by its path, or as bytes. */
export interface FileJob {
  readonly path?: string
  /** In a buffer of their own, which is handed over: the caller has it no more. */
  readonly bytes?: Uint8Array<ArrayBuffer>
  /** Its text is wanted; else the calls in it that begin or end chains. */
  readonly isDigest: boolean
}

export type FileResult = HashedMember & { readonly text?: string; readonly events?: readonly TrailEvent[] }

/** Inflates and hashes files on all cores. */
export interface HashPool {
  /** Resolves when there is room for another file; `onResult` hears of this one later, in any order. */
  add(job: FileJob, onResult: (result: FileResult) => void): Promise<void>
  /** Resolves when every file that was added is done. */
  finish(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** More threads than cores only wait for each other. */
const workersMax = 16

/** A message between threads costs as much as inflating a small file, so files travel in bundles. */
const bundleFilesMax = 48
const bundleBytesMax = 2 * 1024 * 1024

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
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  let wake = Promise.withResolvers<void>()
  const lanes = Array.from({ length: Math.min(workersMax, availableParallelism()) }, startLane)
  let open = newBundle()

  function startLane(): Lane {
    const worker = new Worker(new URL('./file-hash.worker.ts', import.meta.url))
    const lane: Lane = { worker, sent: [] }
    worker.on('message', (results: readonly FileResult[]) => {
      const bundle = lane.sent.shift()
      for (const [index, result] of results.entries()) bundle?.listeners[index]?.(result)
      wake.resolve()
    })
    worker.on('error', (cause) =>
      failure.reject(new CommandFailure('A thread that hashes files broke off.', { cause })),
    )
    return lane
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await Promise.race([wake.promise, failure.promise])
      wake = Promise.withResolvers()
    }
  }

  async function send(): Promise<void> {
    if (open.jobs.length === 0) return
    await until(() => lanes.some(hasRoom))
    const lane = lanes.reduce((least, other) => (other.sent.length < least.sent.length ? other : least))
    const bundle = open
    open = newBundle()
    lane.sent.push(bundle)
    lane.worker.postMessage(
      bundle.jobs,
      bundle.jobs.flatMap(({ bytes }) => bytes?.buffer ?? []),
    )
  }

  return {
    async add(job, onResult) {
      open.jobs.push(job)
      open.listeners.push(onResult)
      open.bytes += job.bytes?.length ?? 0
      if (open.jobs.length >= bundleFilesMax || open.bytes >= bundleBytesMax) await send()
    },
    async finish() {
      await send()
      await until(() => lanes.every(({ sent }) => sent.length === 0))
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(lanes.map(({ worker }) => worker.terminate()))
    },
  }
}

function newBundle(): Bundle {
  return { jobs: [], listeners: [], bytes: 0 }
}

function hasRoom({ sent }: Lane): boolean {
  return sent.length < bundlesAheadMax
}
