import { every, type ReadingConsumer } from '../../pipeline/index.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog, Position } from '../../ports/event-log.ts'
import type { LakeEngine } from '../../ports/lake-engine.ts'
import type { LakeFiles } from '../../ports/lake-files.ts'
import type { Timer } from '../../ports/timer.ts'
import { eventDataStoreCollection } from '../stores/index.ts'
import { createIngest, type IngestTelemetry } from './ingest.ts'
import type { LakeTables } from './lake-tables.ts'
import { createPacker, type PackerTelemetry } from './packer.ts'
import { createTableSnapshots } from './table-snapshots.ts'

/** The tables of all event data stores, and what keeps them up to date. */
export interface Lake {
  readonly tables: LakeTables
  readonly consumer: ReadingConsumer
  /** First position of the log that is still needed. */
  needsFrom(): Position
  /** Turns new rows into files, merges files and removes what is over, wherever it is due. */
  tend(): Promise<void>
  /** Finishes the conversion in hand. New rows stay where they are. To be called after the consumer has stopped. */
  [Symbol.asyncDispose](): Promise<void>
}

export type LakeTelemetry = IngestTelemetry & PackerTelemetry & { tendFailed(error: unknown): void }

/** New rows wait a minute at least, so looking every second is often enough. */
const tendMs = 1_000

export function createLake(options: {
  readonly files: LakeFiles
  readonly engine: LakeEngine
  /** Absolute path of a folder for what the engine cannot hold in memory. */
  readonly scratch: string
  readonly log: EventLog
  readonly catalog: Catalog
  readonly clock: Clock
  readonly timer: Timer
  readonly telemetry: LakeTelemetry
}): Lake {
  const { files, engine, scratch, log, catalog, clock, timer, telemetry } = options
  const store = (id: string) => catalog.get(eventDataStoreCollection, id)
  const snapshots = createTableSnapshots({ files, kindOf: (id) => store(id)?.kind })
  const packer = createPacker({ files, engine, snapshots, clock, scratch, store, telemetry })
  const ingest = createIngest({ files, log, catalog, room: packer.room, telemetry })
  const tending = every(tendMs, packer.tick, { timer, onFailed: telemetry.tendFailed })
  return {
    tables: { snapshot: snapshots.snapshot },
    consumer: ingest.consumer,
    needsFrom: ingest.needsFrom,
    tend: packer.tick,
    async [Symbol.asyncDispose]() {
      await tending[Symbol.asyncDispose]()
      await ingest.mark()
    },
  }
}
