import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { RequiredText } from '@cairn/core/query'
import { Fault } from '../../fault.ts'
import type { EventDataStoreId } from '../stores/index.ts'
import type { TableSnapshot } from '../tables/index.ts'
import type { FromScanner, ScannedFile, ScanSetup, ToScanner } from './scan-protocol.ts'

/** A log file to query: on this machine's disk, or its bytes. */
export type QueriedFile =
  | { readonly name: string; readonly path: string }
  | { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }

export interface ScanRequest {
  readonly files: AsyncIterable<QueriedFile>
  /** Of an event data store's table; rows have no more. */
  readonly columns: readonly string[]
  /** What a record must hold for the statement's sake. */
  readonly needs: readonly RequiredText[]
  /** An empty folder for the rows, which are a few times smaller than what they are made of. */
  readonly folder: string
  readonly signal: AbortSignal
  /** Called after each file. */
  scanned?(file: ScannedFile): void
}

export interface ScannedFiles {
  readonly snapshot: TableSnapshot
  readonly files: number
  readonly fileBytes: number
  /** Files with something that could not be read; the first of them. */
  readonly problems: readonly ScannedFile[]
}

const threadsMax = 8
/** Files on their way to a thread: one is read while the next waits. */
const filesAheadMax = 2
/** Files told as unreadable, of a million. */
const problemsMax = 100

/** Turns the records of log files that may matter to a statement into rows that the engine reads. Order is lost. */
export async function scanFiles(request: ScanRequest): Promise<ScannedFiles> {
  const { files, columns, needs, folder, signal } = request
  const threads = Array.from({ length: Math.max(1, Math.min(threadsMax, availableParallelism())) }, (_, index) =>
    startScanner({ output: join(folder, `rows-${index}.ndjson`), needs, columns }),
  )
  const problems: ScannedFile[] = []
  let [count, fileBytes, rows] = [0, 0, 0]
  const note = (file: ScannedFile) => {
    count += 1
    fileBytes += file.bytes
    rows += file.rows
    if (file.problems > 0 && problems.length < problemsMax) problems.push(file)
    request.scanned?.(file)
  }
  try {
    for await (const file of files) {
      signal.throwIfAborted()
      const thread = threads.reduce((least, one) => (one.waiting() < least.waiting() ? one : least))
      await thread.scan(file, note)
    }
    await Promise.all(threads.map((thread) => thread.end()))
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
  signal.throwIfAborted()
  const lines: string[] = []
  for (const { output } of threads) if ((await stat(output)).size > 0) lines.push(output)
  const snapshot: TableSnapshot = {
    store: filesId,
    kind: 'events',
    parquet: [],
    lines,
    rows,
    bytes: fileBytes,
    release() {},
  }
  return { snapshot, files: count, fileBytes, problems }
}

/** Of no store. */
const filesId = 'files' as EventDataStoreId

function startScanner(setup: ScanSetup) {
  const worker = new Worker(new URL('./scan-files.worker.ts', import.meta.url), { workerData: setup })
  const waiting: ((message: FromScanner) => void)[] = []
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  worker.on('message', (message: FromScanner) => waiting.shift()?.(message))
  worker.on('error', (cause) => failed.reject(new Fault('lake.scan-failed', 'a scanning thread failed', {}, { cause })))

  function send(message: ToScanner): Promise<FromScanner> {
    const answer = new Promise<FromScanner>((resolve) => waiting.push(resolve))
    worker.postMessage(message, 'bytes' in message && message.bytes ? [message.bytes.buffer as ArrayBuffer] : [])
    return Promise.race([answer, failed.promise])
  }

  let last: Promise<unknown> = Promise.resolve()
  return {
    output: setup.output,
    waiting: () => waiting.length,
    /** Resolves when the thread can be given another file. */
    async scan(file: QueriedFile, done: (file: ScannedFile) => void): Promise<void> {
      const scanned = send({ kind: 'file', ...file }).then((message) => {
        if (message.kind === 'scanned') done(message)
      })
      scanned.catch(() => undefined)
      const before = last
      last = scanned
      if (waiting.length >= filesAheadMax) await before
    },
    async end(): Promise<void> {
      await last
      await send({ kind: 'end' })
    },
    async terminate(): Promise<void> {
      await worker.terminate()
    },
  }
}
