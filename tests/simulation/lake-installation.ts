import { join } from 'node:path'
import type { LakeEngine } from '@cairn/server/ports/lake-engine'
import { createDuckdbEngine } from '@cairn/server/storage/duckdb'
import { openLakeFiles } from '@cairn/server/storage/lake-files'
import { openSegmentLog, type SegmentLog } from '@cairn/server/storage/segment-log'
import {
  type EventDataStoreId,
  eventDataStoreCollection,
} from '../../packages/server/src/lake/stores/event-data-store.ts'
import { createLake, type Lake } from '../../packages/server/src/lake/tables/index.ts'
import { startRunner } from '../../packages/server/src/pipeline/index.ts'
import { createMemoryCatalog } from '../../packages/server/src/storage/memory/catalog.ts'
import { systemTimer } from '../../packages/server/src/storage/system/timer.ts'

export const store = '00000000-0000-4000-8000-000000000001' as EventDataStoreId

const silent = new Proxy({} as never, { get: () => () => {} })

export interface LakeInstallation extends AsyncDisposable {
  readonly log: SegmentLog
  readonly lake: Lake
  readonly engine: LakeEngine
}

/** A log and a lake with one store of everything, in a directory. Its clock runs so fast that packing is always due. */
export async function openLakeInstallation(directory: string): Promise<LakeInstallation> {
  const stack = new AsyncDisposableStack()
  const log = stack.use(
    await openSegmentLog({
      directory: join(directory, 'log'),
      nowMs: () => 0,
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      telemetry: silent,
      onFailed: (fault) => {
        throw fault
      },
      reserveBytes: 100_000,
    }),
  )
  // The same in every life, so that frames find the version they name.
  const catalog = createMemoryCatalog()
  await catalog.change({ intentId: undefined }, (draft) =>
    draft.put(eventDataStoreCollection, store, {
      id: store,
      arn: `arn:aws:cloudtrail:eu-central-1:123456789012:eventdatastore/${store}`,
      name: 'all',
      account: '123456789012',
      region: 'eu-central-1',
      kind: 'events',
      selectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
      isMultiRegion: true,
      billingMode: 'EXTENDABLE_RETENTION_PRICING',
      retentionDays: 3653,
      isTerminationProtected: false,
      isIngesting: true,
      createdAtMs: 0,
      updatedAtMs: 0,
      tags: [],
    }),
  )
  const engine = stack.use(createDuckdbEngine({ timer: systemTimer }))
  const files = stack.use(await openLakeFiles({ folder: join(directory, 'lake') }))
  let nowMs = Date.UTC(2026, 0, 10)
  const lake = stack.use(
    createLake({
      files,
      engine,
      scratch: join(directory, 'lake/scratch'),
      log,
      catalog,
      clock: { nowMs: () => (nowMs += 11 * 60_000) },
      timer: { sleep: (delayMs, signal) => systemTimer.sleep(delayMs / 50, signal) },
      telemetry: silent,
    }),
  )
  stack.use(startRunner({ log, consumer: lake.consumer, timer: systemTimer, random: () => 0, telemetry: silent }))
  return { log, lake, engine, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
