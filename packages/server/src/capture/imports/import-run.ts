import { PassThrough } from 'node:stream'
import { Fault } from '../../fault.ts'
import { giveBack } from '../../runtime/give-back.ts'
import { type Intake, takeBatch } from './batch-intake.ts'
import { createDiskEstimate } from './disk-estimate.ts'
import { countFate, type Fate } from './fate.ts'
import type { ImportFile } from './file-stream.ts'
import {
  type ImportEvent,
  type ImportSummary,
  type MutableCounts,
  noCounts,
  problemsShownMax,
} from './import-report.ts'
import type { FinishedFile, ParsedBatch } from './parsed-batch.ts'
import { ParserThread } from './parser-thread.ts'
import { createTally } from './tally.ts'

/** A file that comes whole with its first piece may be parsed beside others; two may be on their way to each thread. */
const filesWaitingMax = 64

/**
 * Runs one import: hands files to the parsing threads, takes their batches one after the other, and tells what
 * happens. Ends with the summary.
 *
 * Files come from one stream, so a large one goes to one thread while the others finish what they have; many small
 * ones spread over all.
 */
export async function* runImport(
  files: AsyncIterable<ImportFile>,
  threads: number,
  intake: Intake,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent> {
  const startedAtMs = intake.nowMs()
  const events = new PassThrough({ objectMode: true, highWaterMark: 256 })
  const running = new Run(files, threads, intake, events)
  const stop = (): void => running.fail(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) throw signal.reason
    const done = running.complete().then(
      () => events.end(),
      (error: unknown) => events.destroy(error instanceof Error ? error : new Error(String(error))),
    )
    for await (const event of events as AsyncIterable<ImportEvent>) yield event
    await done
    yield running.summary(intake.nowMs() - startedAtMs)
  } finally {
    signal.removeEventListener('abort', stop)
    await running.close()
  }
}

interface OpenFile {
  readonly name: string
  bytes: number
  readonly counts: MutableCounts
  readonly conflictingIds: string[]
}

class Run {
  readonly #files: AsyncIterable<ImportFile>
  readonly #threads: readonly ParserThread[]
  readonly #intake: Intake
  readonly #events: PassThrough
  readonly #open = new Map<number, OpenFile>()
  readonly #tally = createTally()
  readonly #disk = createDiskEstimate()
  readonly #failed: Promise<never>
  fail: (reason: unknown) => void = () => {}
  #batches: Promise<void> = Promise.resolve()
  #fileDone: (() => void) | undefined

  constructor(files: AsyncIterable<ImportFile>, threads: number, intake: Intake, events: PassThrough) {
    this.#files = files
    this.#intake = intake
    this.#events = events
    this.#failed = new Promise((_, reject) => {
      this.fail = reject
    })
    this.#failed.catch(() => {})
    this.#threads = Array.from(
      { length: threads },
      () =>
        new ParserThread(
          (batch) => this.#take(batch),
          (fault) => this.fail(fault),
        ),
    )
  }

  async complete(): Promise<void> {
    await Promise.race([this.#feed(), this.#failed])
  }

  /** Waits for what is being appended: it may already be durable, and must not outlive the run. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()))
    await this.#batches.catch(() => {})
    this.#events.destroy()
  }

  summary(tookMs: number): ImportSummary {
    const { isPlan } = this.#intake
    const summary = this.#tally.summary(isPlan, tookMs)
    if (!isPlan) return summary
    return { ...summary, diskBytes: this.#disk.bytes(summary), needsMs: tookMs }
  }

  async #feed(): Promise<void> {
    let number = 0
    for await (const { name, bytes } of this.#files) {
      number += 1
      const file: OpenFile = { name, bytes: 0, counts: noCounts(), conflictingIds: [] }
      this.#open.set(number, file)
      const thread = this.#threads.reduce((least, one) => (one.waitingBytes < least.waitingBytes ? one : least))
      await thread.parse(number, counted(bytes, file))
      await this.#until(() => this.#open.size < filesWaitingMax)
    }
    await this.#until(() => this.#open.size === 0)
    await this.#batches
  }

  async #until(isReady: () => boolean): Promise<void> {
    while (!isReady()) {
      await new Promise<void>((resolve) => {
        this.#fileDone = resolve
      })
    }
  }

  /** Batches of all threads, one after the other: what a record is a duplicate of must be settled before it. */
  #take(batch: ParsedBatch): Promise<void> {
    const taken = this.#batches.then(() => this.#takeNow(batch))
    this.#batches = taken
    return taken.catch((error: unknown) => {
      this.fail(error)
      throw error
    })
  }

  async #takeNow(batch: ParsedBatch): Promise<void> {
    const { fates, accountOf } = await takeBatch(batch, this.#intake)
    if (this.#intake.isPlan) this.#disk.sample(batch.bytes)
    // The log has what it took of them.
    giveBack(batch.bytes)
    let from = 0
    for (const [index, fate] of fates.entries()) {
      const end = batch.ends[index] ?? from
      const file = this.#open.get(batch.files[index] ?? 0)
      if (file !== undefined) note(file, fate, batch.eventIds[index])
      this.#tally.record(accountOf(index), batch.times[index] ?? Number.NaN, end - from, fate)
      from = end
    }
    for (const finished of batch.finished) await this.#finish(finished)
    const soFar = this.#tally.progress()
    let bytes = soFar.bytes
    for (const file of this.#open.values()) bytes += file.bytes
    await this.#tell({ kind: 'progress', ...soFar, bytes })
  }

  async #finish({ file: number, digests, setAside, problems }: FinishedFile): Promise<void> {
    const file = this.#open.get(number)
    if (file === undefined)
      throw new Fault('import.parser-failed', 'a parsing thread named an unknown file', { number })
    this.#open.delete(number)
    this.#fileDone?.()
    this.#tally.file(file.bytes, digests, setAside)
    const { conflictingIds } = file
    const counts = { ...file.counts, digests, setAside }
    await this.#tell({ kind: 'file', name: file.name, bytes: file.bytes, ...counts, problems, conflictingIds })
  }

  async #tell(event: ImportEvent): Promise<void> {
    if (this.#events.write(event) || this.#events.destroyed) return
    await new Promise<void>((resolve) => {
      this.#events.once('drain', resolve)
      this.#events.once('close', resolve)
    })
  }
}

function note({ counts, conflictingIds }: OpenFile, fate: Fate, eventId: string | undefined): void {
  countFate(counts, fate)
  if (fate !== 'other') return
  if (eventId !== undefined && conflictingIds.length < problemsShownMax) conflictingIds.push(eventId)
}

async function* counted(pieces: AsyncIterable<Uint8Array>, file: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    file.bytes += piece.length
    yield piece
  }
}
