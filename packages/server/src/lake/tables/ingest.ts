import { type CallContext, contextField, readOriginal, restoreOriginals, withEventContext } from '@cairn/core/record'
import type { ReadingConsumer } from '../../pipeline/index.ts'
import type { Catalog } from '../../ports/catalog.ts'
import { appendBytesMax, type EventLog, type Position, type StoredFrame } from '../../ports/event-log.ts'
import type { LakeEvent, LakeFiles, PreparedBatch } from '../../ports/lake-files.ts'
import { eventDataStoreCollection } from '../stores/index.ts'
import { createStoreRules, type EventForm } from './store-rules.ts'

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

/** @source CloudTrail API Reference, PutEventConfiguration: MaxEventSize Large */
const largeEventBytesMax = 1024 * 1024

/** What was read of the log, handed over unless no table takes any of it. */
interface ReadBatch {
  readonly events: number
  /** Behind all of them. */
  readonly next: Position
  readonly prepared: PreparedBatch | undefined
}

/** Two thousand events. Four times as many are no faster, and two batches with their rows are in memory. */
const batchBytesMax = 2 * 1024 * 1024

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
  /** The next batch, read and handed over while the last one is written. */
  let ahead: { readonly from: Position; readonly batch: Promise<ReadBatch | undefined> } | undefined
  const hasStores = (): boolean => catalog.list(eventDataStoreCollection).length > 0
  /** Where nothing was ever noted, tables of stores that are there were lost or removed, and are made again. */
  const first = (): Position => (hasStores() ? log.bounds().first : log.bounds().end)
  const start = (): Position => next ?? files.cursor() ?? first()

  /** What some table may take of a frame; `originals` is what stands behind it. */
  function lakeEvents(frame: StoredFrame, originals: readonly Uint8Array[]): readonly LakeEvent[] {
    const event = lakeEvent(frame)
    if (event === undefined || originals.length === 0) return event === undefined ? [] : [event]
    const parts = rules.divide(event.rules, event.rulesAfter)
    if (parts === undefined) return [event]
    return parts.map(({ form, ...set }) => ({ ...event, ...set, bytes: bytesIn(form, event.bytes, originals) }))
  }

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
      return files.cursor() === undefined ? undefined : markFar()
    }
    // From the first store on, a crash must not lead back to the beginning of the log.
    if (files.cursor() === undefined) await files.mark(from)
    await options.room()
    const batch = await takeAhead(from, end)
    if (batch === undefined) {
      next = end
      return
    }
    if (batch.prepared !== undefined) {
      const writing = files.write(batch.prepared)
      // The thread that makes rows has others to make while these go to the disk.
      if (batch.next < end) readAhead(batch.next, end)
      const { notRecords, ...written } = await writing
      for (const position of notRecords) telemetry.notIngestible({ position })
      const tookMs = Math.round(performance.now() - startedMs)
      telemetry.ingested({ ...written, events: batch.events, tookMs })
    }
    next = batch.next
    await markFar()
  }

  function readAhead(from: Position, end: Position): void {
    const batch = readBatch(from, end)
    // A failure comes up when the batch is wanted.
    batch.catch(() => undefined)
    ahead = { from, batch }
  }

  function takeAhead(from: Position, end: Position): Promise<ReadBatch | undefined> {
    const batch = ahead?.from === from ? ahead.batch : readBatch(from, end)
    ahead = undefined
    return batch
  }

  /** `undefined` when there is nothing before `end`. */
  async function readBatch(from: Position, end: Position): Promise<ReadBatch | undefined> {
    const { frames, read } = await readWholeEvents(log, from, end)
    const last = frames.at(-1)
    if (last === undefined) return undefined
    const events = frames.flatMap((frame, at) => lakeEvents(frame, originalsBehind(frames, at)))
    const next = log.after(last.position)
    // Handed over before anything else is waited for: objects that outlive two collections of young ones cost a third.
    const prepared = events.length === 0 ? undefined : await files.prepare({ events, next })
    log.letGo(read)
    return { events: events.length, next, prepared }
  }

  async function markFar(): Promise<void> {
    if (start() - (files.cursor() ?? start()) >= framesPerMark) await files.mark(start())
  }

  return {
    consumer: { name: 'lake', start, advance },
    needsFrom: () => files.cursor() ?? start(),
    async mark() {
      const marked = files.cursor()
      if (marked !== undefined && marked !== start()) await files.mark(start())
    },
  }
}

/** An event as stores keep it that keep more than its record. */
function bytesIn({ isLarge, context }: EventForm, record: Uint8Array, behind: readonly Uint8Array[]): Uint8Array {
  const whole = isLarge ? restoreOriginals(record, behind, largeEventBytesMax) : record
  const known = context && contextIn(behind)
  return known ? withEventContext(whole, known, context) : whole
}

function contextIn(behind: readonly Uint8Array[]): CallContext | undefined {
  const { content } = behind.map(readOriginal).find(({ field }) => field === contextField) ?? {}
  return content && (JSON.parse(new TextDecoder().decode(content)) as CallContext)
}

/** Frames up to a batch or to `end`; what a record left out is in the batch of its event. */
async function readWholeEvents(
  log: Pick<EventLog, 'read' | 'letGo' | 'after'>,
  from: Position,
  end: Position,
): Promise<{ readonly frames: readonly StoredFrame[]; readonly read: readonly StoredFrame[] }> {
  for (let bytesMax = batchBytesMax; ; bytesMax *= 2) {
    const read = await log.read(from, bytesMax)
    const frames = read.filter(({ position }) => position < end)
    const last = frames.at(-1)
    if (last === undefined || log.after(last.position) >= end) return { frames, read }
    // The originals of the last event may be in the next batch: it is left for that one, unless it is all there is.
    const lastEvent = frames.findLastIndex(({ kind }) => kind !== 'original')
    if (lastEvent > 0) return { frames: frames.slice(0, lastEvent), read }
    // They were appended with their event. A read of that size that ends behind it, as at the end of a segment, has all.
    if (bytesMax >= appendBytesMax) return { frames, read }
    log.letGo(read)
  }
}

function originalsBehind(frames: readonly StoredFrame[], at: number): readonly Uint8Array[] {
  if (frames[at]?.kind !== 'event' || frames[at + 1]?.kind !== 'original') return noOriginals
  const next = frames.findIndex((frame, index) => index > at && frame.kind !== 'original')
  return frames.slice(at + 1, next < 0 ? undefined : next).map(({ bytes }) => bytes)
}

const noOriginals: readonly Uint8Array[] = []
