import { availableParallelism } from 'node:os'
import { Fault } from '../../fault.ts'
import type { Audience, EventLog } from '../../ports/event-log.ts'
import type { Seen } from './batch-intake.ts'
import type { LeftOut } from './fate.ts'
import type { ImportFile } from './file-stream.ts'
import type { ImportEvent, ImportSummary } from './import-report.ts'
import { runImport } from './import-run.ts'
import { isAccount } from './parsed-batch.ts'
import { RunKeys } from './run-keys.ts'

export interface ImportRequest {
  readonly files: AsyncIterable<ImportFile>
  /** Account of records that name none; the installation's own by default. */
  readonly account?: string
  /** Count, and write nothing. */
  readonly isPlan: boolean
  readonly signal: AbortSignal
  /** Where the events go; the history by default. */
  readonly destination?: ImportDestination
}

export interface ImportDestination {
  readonly audience: Audience
  /** What is there already. */
  readonly seen: Seen
  /** Why a record of this time is not wanted there; NaN where it does not tell. */
  leaveOut?(timeMs: number): LeftOut | undefined
}

/** Facts that are worth a log line or a metric. */
export interface ImportTelemetry {
  importFinished(summary: ImportSummary): void
  importStopped(reason: unknown): void
}

export interface ImportsOptions {
  readonly log: EventLog
  readonly seen: Seen
  nowMs(): number
  /** Version of the catalogue in force: frames name it. */
  catalogVersion(): number
  /** For records that name no account or region. */
  readonly account: string
  readonly region: string
  readonly telemetry: ImportTelemetry
  /** Parsing threads; by default one for each core but the main thread's. */
  readonly threads?: number
}

/** Takes log files in. Safe to stop at any moment: what was taken in is recognised when it comes again. */
export interface Imports {
  /**
   * Takes files in and tells what happens, ending with the summary. Only one import appends at a time: others wait,
   * and say so first. Stopping the iteration, or `signal`, stops the work.
   *
   * @throws Fault `import.too-many-waiting`
   * @throws Fault `import.account-invalid` when `account` is not 12 digits
   * @throws Fault `import.parser-failed` and those of `EventLog.append`
   */
  run(request: ImportRequest): AsyncIterable<ImportEvent>
}

/** Imports that may wait behind the running one: people start a second by mistake, not a hundredth. */
const waitingMax = 8

const threadsMax = 4

export function createImports(options: ImportsOptions): Imports {
  const threads = options.threads ?? Math.max(1, Math.min(threadsMax, availableParallelism() - 1))
  let last: Promise<void> = Promise.resolve()
  let inside = 0

  return {
    async *run(request) {
      const account = request.account ?? options.account
      if (!isAccount(account)) throw new Fault('import.account-invalid', 'account is not 12 digits', { account })
      if (inside > waitingMax) throw new Fault('import.too-many-waiting', 'too many imports wait', { waitingMax })
      inside += 1
      const before = last
      let leave: () => void = () => {}
      // Who comes later waits for this one and, should this one give up early, still for those before it.
      const left = new Promise<void>((resolve) => {
        leave = resolve
      })
      last = before.then(() => left)
      try {
        if (inside > 1) {
          yield { kind: 'waiting' }
          await unlessAborted(before, request.signal)
        }
        yield* watched(options, request, account, threads)
      } finally {
        inside -= 1
        leave()
      }
    },
  }
}

async function* watched(
  options: ImportsOptions,
  request: ImportRequest,
  account: string,
  threads: number,
): AsyncGenerator<ImportEvent> {
  const { log, region, telemetry } = options
  // Imported events are searched; they are never delivered, alarmed on or learned from.
  const { seen, audience, leaveOut } = request.destination ?? {
    audience: { kind: 'history' } as const,
    seen: options.seen,
  }
  let summary: ImportSummary | undefined
  let reason: unknown = 'abandoned'
  try {
    // What an earlier run appended before it was killed must be known before its files come again.
    await unlessAborted(seen.caughtUp(log.bounds().end), request.signal)
    const intake = {
      log,
      seen,
      audience,
      ...(leaveOut && { leaveOut }),
      keys: new RunKeys((end) => unlessAborted(seen.caughtUp(end), request.signal)),
      account,
      region,
      isPlan: request.isPlan,
      nowMs: () => options.nowMs(),
      catalogVersion: () => options.catalogVersion(),
    }
    for await (const event of runImport(request.files, threads, intake, request.signal)) {
      if (event.kind === 'summary') {
        summary = event
        // Who is told that it is done looks for it at once.
        if (!request.isPlan) await unlessAborted(seen.caughtUp(log.bounds().end), request.signal)
      }
      yield event
    }
  } catch (error) {
    reason = error
    throw error
  } finally {
    if (summary !== undefined) telemetry.importFinished(summary)
    else telemetry.importStopped(reason)
  }
}

/** What it waits for goes on by itself; only the waiting ends. */
async function unlessAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  let stop: () => void = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    await Promise.race([turn, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
