import type { ReadingConsumer } from '../../pipeline/index.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { EventLog, Position, StoredFrame } from '../../ports/event-log.ts'
import type { LakeEvent, LakeFiles } from '../../ports/lake-files.ts'
import { eventDataStoreCollection } from '../stores/event-data-store.ts'
import { createStoreRules } from './store-rules.ts'

export interface IngestTelemetry {
  /** A batch of the log is in the tables. */
  ingested(facts: {
    readonly events: number
    readonly rows: number
    readonly bytes: number
    readonly tookMs: number
  }): void
  /** An event whose bytes are no record: kept in the log and the history, in no table. */
  notIngestible(facts: { readonly position: number }): void
}

/** Brings events of the log into the tables of the stores that take them. */
export interface Ingest {
  readonly consumer: ReadingConsumer
  /** First position of the log that would be read again after a crash. */
  needsFrom(): Position
  /** Makes the position that was reached durable. */
  mark(): Promise<void>
}

/** Some thousand events: a tenth of a second of work for the thread that makes the rows. */
const batchBytesMax = 4 * 1024 * 1024

/** Frames between two notes of the cursor: they are read again after a crash, which takes a second. */
const framesPerMark = 50_000

export function createIngest(options: {
  readonly files: LakeFiles
  readonly log: EventLog
  readonly catalog: Catalog
  /** Holds ingestion back while too much waits to be turned into typed files. */
  room(): Promise<void>
  readonly telemetry: IngestTelemetry
}): Ingest {
  const { files, log, catalog, telemetry } = options
  const rules = createStoreRules(catalog)
  let next: Position | undefined
  const hasStores = (): boolean => catalog.list(eventDataStoreCollection).length > 0
  /** Where nothing was ever noted, tables of stores that are there were lost or removed, and are made again. */
  const first = (): Position => (hasStores() ? log.bounds().first : log.bounds().end)
  const start = (): Position => next ?? files.cursor() ?? first()

  function lakeEvent(frame: StoredFrame): LakeEvent | undefined {
    if (frame.kind !== 'event' || frame.audience.kind === 'history') return undefined
    const store = frame.audience.kind === 'store' ? frame.audience.id : undefined
    const { account, region, position, bytes, acceptedAtMs, catalogVersion, catalogVersionAfter } = frame
    const set = rules.at(catalogVersion, acceptedAtMs)
    const after = catalogVersionAfter === undefined ? undefined : rules.at(catalogVersionAfter, acceptedAtMs)
    const isTaken = [set, after].some((one) =>
      one?.rules.some((rule) => (store === undefined ? rule.takesLive && rule.account === account : rule.id === store)),
    )
    return isTaken ? { position, account, region, store, rules: set, rulesAfter: after, bytes } : undefined
  }

  async function advance(end: Position): Promise<void> {
    const startedMs = performance.now()
    const from = start()
    // A store stays in the catalogue for days after its deletion: what none that is left takes, none ever will.
    if (!hasStores()) {
      next = end
      return markFar()
    }
    await options.room()
    const frames = (await log.read(from, batchBytesMax)).filter(({ position }) => position < end)
    const last = frames.at(-1)
    if (last === undefined) {
      next = end
      return
    }
    const events = frames.map(lakeEvent).filter((event) => event !== undefined)
    const after = log.after(last.position)
    if (events.length > 0) {
      const { notRecords, ...written } = await files.write({ events, next: after })
      for (const position of notRecords) telemetry.notIngestible({ position })
      telemetry.ingested({ ...written, events: events.length, tookMs: Math.round(performance.now() - startedMs) })
    }
    next = after
    await markFar()
  }

  async function markFar(): Promise<void> {
    const marked = files.cursor()
    if (marked === undefined || start() - marked >= framesPerMark) await files.mark(start())
  }

  return {
    consumer: { name: 'lake', start, advance },
    needsFrom: () => files.cursor() ?? start(),
    async mark() {
      if (start() !== files.cursor()) await files.mark(start())
    },
  }
}
