import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storedColumns } from '@cairn/core/lake'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { afterAll } from 'vitest'
import { startRunner } from '../../pipeline/index.ts'
import type { EventFrame } from '../../ports/event-log.ts'
import type { LakeFiles } from '../../ports/lake-files.ts'
import { createDuckdbEngine } from '../../storage/duckdb/index.ts'
import { openLakeFiles } from '../../storage/lake-files/index.ts'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import { systemTimer } from '../../storage/system/timer.ts'
import { anEventDataStore } from '../stores/event-data-store.fixture.ts'
import { type EventDataStore, type EventDataStoreId, eventDataStoreCollection } from '../stores/index.ts'
import { createLake, type Lake, type TableSnapshot } from './index.ts'

/** One for all worlds of a file of tests: a process that waits for the next query saves its start. */
const engine = createDuckdbEngine({ timer: systemTimer })
afterAll(() => engine[Symbol.asyncDispose]())

/** A lake on real files with the real engine, a log and a catalogue in memory, and a clock that stands still. */
export async function lakeWorld(given: { readonly nowMs?: number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-lake-test-'))
  const catalog = createMemoryCatalog()
  const log = createMemoryEventLog()
  const world = { nowMs: given.nowMs ?? Date.UTC(2026, 0, 10, 12) }
  const facts: { readonly fact: string; readonly facts: unknown }[] = []
  const note = (fact: string) => (noted: unknown) => void facts.push({ fact, facts: noted })
  let running: AsyncDisposableStack | undefined
  let opened: LakeFiles | undefined

  async function start(): Promise<Lake> {
    running = new AsyncDisposableStack()
    const files = running.use(await openLakeFiles({ folder }))
    opened = files
    const lake = running.use(
      createLake({
        files,
        engine,
        scratch: join(folder, 'scratch'),
        log,
        catalog,
        clock: { nowMs: () => world.nowMs },
        timer: systemTimer,
        telemetry: {
          ingested: note('ingested'),
          notIngestible: note('notIngestible'),
          packed: note('packed'),
          packFailed: note('packFailed'),
          expired: note('expired'),
          dropped: note('dropped'),
          tendFailed: note('tendFailed'),
        },
      }),
    )
    running.use(
      startRunner({
        log,
        consumer: lake.consumer,
        timer: systemTimer,
        random: () => 0,
        telemetry: { consumerFailed: note('consumerFailed') },
      }),
    )
    return lake
  }

  async function caughtUp(lake: Lake): Promise<void> {
    const { end } = log.bounds()
    while (lake.consumer.start() < end) await systemTimer.sleep(5, AbortSignal.timeout(10_000))
  }

  return {
    folder,
    world,
    facts,
    log,
    catalog,
    start,
    /** Of the running lake. */
    freeze: () => opened?.freeze(),
    caughtUp,
    stop: async () => running?.disposeAsync(),
    async putStore(more: Partial<EventDataStore> = {}): Promise<EventDataStoreId> {
      const store = eventDataStore({ createdAtMs: world.nowMs, ...more })
      await catalog.change({ intentId: undefined }, (draft) => draft.put(eventDataStoreCollection, store.id, store))
      return store.id
    },
    async removeStore(id: EventDataStoreId): Promise<void> {
      await catalog.change({ intentId: undefined }, (draft) => draft.delete(eventDataStoreCollection, id))
    },
    /** Appends live management events of these names, at these times. */
    async append(...events: readonly (Partial<EventFrame> & { readonly name: string; readonly time?: string })[]) {
      const frames = events.map(({ name, time = '2026-01-10T11:00:00Z', ...more }) =>
        eventFrame({
          text: JSON.stringify({
            eventTime: time,
            eventSource: 's3.amazonaws.com',
            eventName: name,
            eventCategory: 'Management',
            readOnly: false,
          }),
          catalogVersion: catalog.version,
          ...more,
        }),
      )
      await log.append(frames)
    },
    /** Answer of a statement over `t`, the rows of a snapshot. */
    async query(snapshot: TableSnapshot, statement: string): Promise<unknown[][]> {
      const tables = [{ name: 't', source: rowsOf(snapshot) }]
      const files = [...snapshot.parquet.map(({ path }) => path), ...snapshot.lines]
      await using run = engine.run({ statement, tables, files, timeoutMs: 30_000, memoryBytesMax: 800 * 1024 * 1024 })
      const rows: unknown[][] = []
      for await (const batch of run.batches) rows.push(...batch.rows.map((row) => [...row]))
      return rows
    },
    async [Symbol.asyncDispose]() {
      await running?.disposeAsync()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function rowsOf({ kind, parquet, lines }: TableSnapshot): string {
  const columns = storedColumns(kind)
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const list = (paths: readonly string[]): string => `[${paths.map((path) => `'${path}'`).join(', ')}]`
  const types = columns.map(({ name, type }) => `"${name}": '${type}'`).join(', ')
  const parts: string[] = []
  if (parquet.length > 0) parts.push(`FROM read_parquet(${list(parquet.map(({ path }) => path))})`)
  if (lines.length > 0) parts.push(`FROM read_json(${list(lines)}, columns = {${types}}, format = 'newline_delimited')`)
  return parts.map((part) => `SELECT ${names} ${part}`).join(' UNION ALL ')
}

let stores = 0

/** Each with an id of its own. */
function eventDataStore(given: Partial<EventDataStore>): EventDataStore {
  stores += 1
  return anEventDataStore(stores, { region: 'eu-central-1', ...given })
}
