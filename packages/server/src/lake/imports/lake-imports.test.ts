import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Buckets, openBuckets } from '../../buckets/index.ts'
import { importsInto } from '../../capture/imports/imports.fixture.ts'
import { createIdentity, type Identity } from '../../identity/index.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import { createMemoryKeyVault } from '../../storage/memory/key-vault.ts'
import { createMemoryMarkSet } from '../../storage/memory/mark-set.ts'
import { createMemoryObjectStore } from '../../storage/memory/object-store.ts'
import { systemIds } from '../../storage/system/ids.ts'
import { systemTimer } from '../../storage/system/timer.ts'
import { anEventDataStore } from '../stores/event-data-store.fixture.ts'
import type { EventDataStoreId } from '../stores/index.ts'
import { createLakeImports, type LakeImport, type LakeImportRequest, type LakeImports } from './index.ts'

const account = '111122223333'
const region = 'us-east-1'
const nowMs = Date.UTC(2026, 10, 23)
let stepMs = 0
let passedMs = 0
const clock = {
  nowMs() {
    passedMs += stepMs
    return nowMs + passedMs
  },
}
const noIntent = { intentId: undefined }
const id = 'a0a0a0a0-0000-4000-8000-000000000001' as EventDataStoreId
const store = anEventDataStore(1, { id, name: 'all', account, region, selectors: [] })
const source = { uri: 's3://logs/AWSLogs/', region, roleArn: `arn:aws:iam::${account}:role/import` }
const folder = `AWSLogs/${account}/CloudTrail/${region}/2026/11/20/`

let catalog: ReturnType<typeof createMemoryCatalog>
let marks: ReturnType<typeof createMemoryMarkSet>
let log: EventLog
let buckets: Buckets
let identity: Identity
let opened: LakeImports[]

beforeEach(async () => {
  catalog = createMemoryCatalog()
  marks = createMemoryMarkSet()
  log = createMemoryEventLog()
  opened = []
  stepMs = 0
  passedMs = 0
  buckets = await openBuckets({
    catalog,
    objects: createMemoryObjectStore({ clock }),
    demandsDeliveryPolicy: true,
    objectBytesMax: 1e9,
  })
  identity = createIdentity({
    catalog,
    vault: createMemoryKeyVault(),
    clock,
    ids: systemIds,
    partition: 'aws',
    mode: { kind: 'emulator', account },
  })
  await buckets.create(noIntent, {
    name: 'logs',
    account,
    region,
    createdAtMs: 0,
    ownership: 'BucketOwnerEnforced',
    tags: [],
  })
})
afterEach(() => Promise.all(opened.map((one) => one[Symbol.asyncDispose]())))

/** Whose history would know every event: none of them is asked about there. */
function historyImports() {
  const seen = {
    recognise: async (keys: readonly unknown[]) => ({ answers: keys.map(() => 'same' as const) }),
    async caughtUp() {},
  }
  return importsInto(log, { seen, ...clock, account, region })
}

function open(
  more: {
    readonly addsTwice?: boolean
    readonly activeMax?: number
    readonly days?: number
    readonly isIngested?: () => boolean
  } = {},
) {
  const imports = historyImports()
  const found = { ...store, retentionDays: more.days ?? store.retentionDays }
  const lakeImports = createLakeImports({
    imports,
    stores: { find: (wanted) => (wanted === id ? found : undefined) },
    sources: [],
    buckets,
    identity,
    catalog,
    log,
    marks,
    clock,
    ids: systemIds,
    activeMax: more.activeMax ?? 8,
    addsTwice: more.addsTwice ?? false,
    timer: systemTimer,
    ingestedTo: () => (more.isIngested?.() === false ? log.bounds().first : log.bounds().end),
    telemetry: { importEnded() {}, importBroke() {} },
  })
  opened.push(lakeImports)
  return lakeImports
}

const record = (n: number, day = '2026-11-20') =>
  JSON.stringify({
    eventID: `e${n}`,
    eventTime: `${day}T00:00:0${n % 10}Z`,
    eventName: 'X',
    recipientAccountId: account,
  })

async function put(key: string, content: Uint8Array): Promise<void> {
  const body = (async function* () {
    yield content
  })()
  await buckets.objects.put({ bucket: 'logs', key, headers: {}, body })
}

const file = (...records: readonly string[]) => gzipSync(`{"Records":[${records.join(',')}]}`)

async function ended(imports: LakeImports, one: LakeImport): Promise<LakeImport> {
  await vi.waitFor(() => expect(imports.find(one)?.state).toMatch(/COMPLETED|FAILED|STOPPED/), {
    timeout: 5_000,
    interval: 5,
  })
  return imports.find(one) ?? one
}

async function run(imports: LakeImports, more: Partial<LakeImportRequest> = {}): Promise<LakeImport> {
  return ended(imports, await imports.start(noIntent, { store, source, ...more }))
}

async function inLog(): Promise<readonly string[]> {
  const frames = await log.read(log.bounds().first, 1e9)
  return frames.map((frame) => {
    const audience = frame.kind === 'event' ? frame.audience : undefined
    const event = JSON.parse(Buffer.from(frame.bytes).toString()) as { eventID: string }
    return `${audience?.kind === 'store' && audience.id === id ? '' : 'elsewhere '}${event.eventID}`
  })
}

describe('an import', () => {
  it('copies log files into its store and counts them; digests and Insights stay', async () => {
    await put(`${folder}a.json.gz`, file(record(1), record(2)))
    await put(`${folder}b.json.gz`, file(record(3)))
    await put(`AWSLogs/${account}/CloudTrail-Digest/${region}/2026/11/20/d.json.gz`, file(record(4)))
    await put(`AWSLogs/${account}/CloudTrail-Insight/${region}/2026/11/20/i.json.gz`, file(record(5)))
    const one = await run(open())
    expect(one).toMatchObject({
      state: 'COMPLETED',
      statistics: { prefixesFound: 1, prefixesCompleted: 1, filesCompleted: 2, eventsCompleted: 3, failedEntries: 0 },
    })
    expect(await inLog()).toEqual(['e1', 'e2', 'e3'])
  })

  it('that runs again adds nothing twice, neither files nor events that come in another file', async () => {
    const imports = open()
    await put(`${folder}a.json.gz`, file(record(1), record(2)))
    await run(imports)
    await put(`${folder}again.json.gz`, file(record(2), record(3)))
    expect((await run(imports)).statistics).toMatchObject({ filesCompleted: 1, eventsCompleted: 1 })
    expect(await inLog()).toEqual(['e1', 'e2', 'e3'])
  })

  it('adds twice what AWS adds twice, where that is asked for', async () => {
    const imports = open({ addsTwice: true })
    await put(`${folder}a.json.gz`, file(record(1)))
    await run(imports)
    await run(imports)
    expect(await inLog()).toEqual(['e1', 'e1'])
  })

  it('gives a bad file one entry and goes on; started again it looks at that one only', async () => {
    const imports = open()
    await put(`${folder}a.json.gz`, file(record(1)))
    await put(`${folder}bad.json.gz`, file(record(2)).subarray(0, 30))
    await put(`${folder}z.json.gz`, file(record(3)))
    const one = await run(imports)
    expect(one).toMatchObject({ state: 'FAILED', statistics: { filesCompleted: 2, failedEntries: 1 } })
    expect(imports.failures(one.id)).toMatchObject([
      { location: `s3://logs/${folder}bad.json.gz`, status: 'FAILED', message: expect.stringContaining('byte') },
    ])
    await put(`${folder}bad.json.gz`, file(record(2)))
    const again = await ended(imports, await imports.retry(noIntent, one))
    expect(again).toMatchObject({ state: 'COMPLETED', statistics: { filesCompleted: 3, eventsCompleted: 3 } })
    expect(imports.failures(one.id)).toMatchObject([{ status: 'SUCCEEDED' }])
    expect(await inLog()).toEqual(['e1', 'e3', 'e2'])
  })

  it('keeps to the times it was given, and a later one finds the rest of the same file', async () => {
    const imports = open()
    await put(`${folder}a.json.gz`, file(record(1), record(2), record(3)))
    const range = { fromMs: Date.parse('2026-11-20T00:00:02Z'), untilMs: Date.parse('2026-11-20T00:00:02Z') }
    expect((await run(imports, range)).statistics.eventsCompleted).toBe(1)
    expect((await run(imports)).statistics.eventsCompleted).toBe(2)
    expect(await inLog()).toEqual(['e2', 'e1', 'e3'])
  })

  it('leaves out what is older than the store keeps, says so, and takes it when that is longer', async () => {
    await put(`${folder}a.json.gz`, file(record(1, '2023-07-10'), record(2)))
    const imports = open()
    const one = await run(imports)
    expect(one).toMatchObject({ state: 'COMPLETED', statistics: { eventsCompleted: 1, eventsExpired: 1 } })
    expect(imports.failures(one.id)).toMatchObject([
      {
        location: source.uri,
        status: 'SUCCEEDED',
        type: 'EventsOlderThanRetention',
        message: expect.stringMatching(/^1 events .* 366 days/),
      },
    ])
    await run(open({ days: 3_653 }))
    expect(await inLog()).toEqual(['e2', 'e1'])
  })

  it('is refused above the number that may run', async () => {
    const imports = open({ activeMax: 1 })
    const first = await imports.start(noIntent, { store, source })
    await expect(imports.start(noIntent, { store, source })).rejects.toMatchObject({ code: 'lake.too-many-imports' })
    await ended(imports, first)
    await run(imports)
  })
})

describe('an import that is cut off', () => {
  it('goes on after a restart and adds once what the log has and the marks have not', async () => {
    await put(`${folder}a.json.gz`, file(record(1), record(2)))
    const first = open()
    const one = await run(first)
    // As a crash leaves it: the events are durable, marks and state are not.
    await catalog.change(noIntent, (draft) => {
      const [entry] = draft.list<LakeImport>({ name: 'lake-import', keepsHistory: false })
      if (entry)
        draft.put({ name: 'lake-import', keepsHistory: false }, entry.key, { ...entry.value, state: 'IN_PROGRESS' })
    })
    marks = createMemoryMarkSet()
    expect((await ended(open(), one)).state).toBe('COMPLETED')
    expect(await inLog()).toEqual(['e1', 'e2'])
  })

  it('keeps its statistics while it runs, so that a kill loses few of them', async () => {
    await put(`${folder}a.json.gz`, file(record(1), record(2)))
    await put(`${folder}b.json.gz`, file(record(3)))
    stepMs = 3_000
    let isIngested = false
    const imports = open({ isIngested: () => isIngested })
    const { id: importId } = await imports.start(noIntent, { store, source })
    const kept = () => catalog.list<LakeImport>({ name: 'lake-import', keepsHistory: false })[0]?.value
    const all = { filesCompleted: 2, eventsCompleted: 3 }
    await vi.waitFor(
      () => expect(kept()).toMatchObject({ id: importId, state: 'IN_PROGRESS', statistics: all }),
      10_000,
    )
    // The one that was killed is still here and must not end it.
    const next = open()
    await vi.waitFor(() => expect(kept()).toMatchObject({ state: 'COMPLETED', statistics: all }), 10_000)
    isIngested = true
    expect(next.find({ account, region, id: importId })).toMatchObject({ statistics: all })
  })

  it('when stopped counts what was just being appended', async () => {
    await put(`${folder}a.json.gz`, file(record(1), record(2), record(3)))
    const [appending, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { append } = log
    vi.spyOn(log, 'append').mockImplementationOnce(async (frames, options) => {
      appending.resolve()
      await go.promise
      return append(frames, options)
    })
    const imports = open()
    const one = await imports.start(noIntent, { store, source })
    await appending.promise
    const stopping = imports.stop(one)
    go.resolve()
    const stopped = await stopping
    expect(stopped).toMatchObject({ state: 'STOPPED', statistics: { filesCompleted: 0, eventsCompleted: 3 } })
    const again = await ended(imports, await imports.retry(noIntent, stopped))
    expect(again).toMatchObject({ state: 'COMPLETED', statistics: { filesCompleted: 1, eventsCompleted: 3 } })
    expect(await inLog()).toEqual(['e1', 'e2', 'e3'])
  })

  it('when stopped keeps what it has and can be started again', async () => {
    for (let n = 0; n < 5; n += 1) await put(`${folder}${n}.json.gz`, file(record(n)))
    const imports = open()
    const stopped = await imports.stop(await imports.start(noIntent, { store, source }))
    expect(stopped.state).toBe('STOPPED')
    expect((await ended(imports, await imports.retry(noIntent, stopped))).state).toBe('COMPLETED')
    expect([...(await inLog())].sort()).toEqual(['e0', 'e1', 'e2', 'e3', 'e4'])
  })
})

it('brings files in by hand once, also after a crash that took the marks', async () => {
  const byHand = async () => {
    const imports = historyImports()
    const files = async function* () {
      yield { name: 'a', bytes: oneChunk(file(record(1), record(2))) }
    }
    const request = { files: files(), isPlan: false, signal: new AbortController().signal }
    await Array.fromAsync(imports.run({ ...request, destination: open().destination(store) }))
  }
  await byHand()
  marks = createMemoryMarkSet()
  await byHand()
  expect(await inLog()).toEqual(['e1', 'e2'])
})

async function* oneChunk(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

it('names what is wrong with a source', async () => {
  const imports = open()
  expect(imports.problem({ store, source })).toBeUndefined()
  expect(imports.problem({ store, source: { ...source, uri: 's3://none/' } })).toMatch(/does not exist/)
})
