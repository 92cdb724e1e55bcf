import { textOf } from '@cairn/testkit/contracts/object-store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../fault.ts'
import type { MessageQueue } from '../../ports/message-queue.ts'
import type { ObjectStore } from '../../ports/object-store.ts'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import { createMemoryMarkSet } from '../../storage/memory/mark-set.ts'
import { createMemoryObjectStore } from '../../storage/memory/object-store.ts'
import type { FailedFiles } from '../failed-files/index.ts'
import type { ImportEvent, ImportRequest, Imports } from '../imports/index.ts'
import { bucketWith, type FixtureBucket } from './bucket.fixture.ts'
import { createStoreImports, type SourceStore, type StoreImports } from './index.ts'

const zeros = {
  records: 0,
  added: 0,
  duplicates: 0,
  conflicts: 0,
  outside: 0,
  expired: 0,
  digests: 0,
  setAside: 0,
}

/** Reads every file to its end and calls it one event; what cannot be read is said to be unreadable. */
function countingImports(read: string[]): Imports {
  return {
    async *run({ files, isPlan }: ImportRequest): AsyncGenerator<ImportEvent> {
      let count = 0
      for await (const { name, bytes } of files) {
        count += 1
        let isReadable = true
        try {
          await textOf(bytes)
          read.push(name.replace('s3://logs/', ''))
        } catch (error) {
          if (!(error instanceof Fault) || error.code !== 'import.file-unreadable') throw error
          isReadable = false
        }
        const problems = isReadable ? [] : [{ code: 'unreadable' as const, offset: 0 }]
        yield { kind: 'file', name, bytes: 1, ...zeros, added: 1, problems, conflictingIds: [] }
      }
      const sizes = { bytes: 0, recordBytes: 0, accounts: [], tookMs: 0 }
      yield { kind: 'summary', isPlan, files: count, ...zeros, ...sizes }
    },
  }
}

const noFailedFiles: FailedFiles = {
  mark: () => Promise.reject(new TypeError('nothing is checked here')),
  of: () => [],
  list: () => [],
}

const dayMs = 86_400_000
const startMs = Date.UTC(2025, 5, 15, 12)
let nowMs: number
let bucket: FixtureBucket
let read: string[]
let broken: Set<string>
let storage: {
  readonly marks: ReturnType<typeof createMemoryMarkSet>
  readonly catalog: ReturnType<typeof createMemoryCatalog>
}
let imports: StoreImports
const queueUrl = 'https://sqs/111111111111/logs'
/** Messages that are there; what was deleted of them; why reading fails, if it does. */
let announced: string[]
let deleted: string[]
let queueFault: Fault | undefined
const queue: MessageQueue = {
  async receive({ waitMs, signal }) {
    if (queueFault !== undefined) throw queueFault
    if (announced.length === 0 && waitMs > 0) await new Promise((resolve) => waitingForMessage(resolve, signal))
    if (queueFault !== undefined) throw queueFault
    return announced.splice(0, 10).map((body) => ({ body, handle: body }))
  },
  async delete(handles) {
    deleted.push(...handles)
  },
  async [Symbol.asyncDispose]() {},
}
let wakeQueue: () => void = () => {}
function waitingForMessage(resolve: (value: unknown) => void, signal: AbortSignal): void {
  wakeQueue = () => resolve(undefined)
  signal.addEventListener('abort', () => resolve(undefined), { once: true })
}

/** Ends the wait of each follow: a round follows. */
let waiting: (() => void)[]
let sleptMs: number[]
const failures: unknown[] = []

function create(): StoreImports {
  const objects: ObjectStore = {
    ...bucket.objects,
    async open(name, key) {
      if (broken.has(key)) throw new Fault('object.store-unreachable', 'down', { code: 'SlowDown' })
      return bucket.objects.open(name, key)
    },
  }
  const store: SourceStore = { ...bucket.source.store, objects, buckets: [{ name: 'logs', prefixes: ['AWSLogs/'] }] }
  return createStoreImports({
    stores: [store],
    imports: countingImports(read),
    ...storage,
    objects: createMemoryObjectStore({ clock: { nowMs: () => nowMs } }),
    clock: { nowMs: () => nowMs },
    timer: {
      sleep: (delayMs, signal) =>
        delayMs === 0
          ? Promise.resolve()
          : new Promise((resolve) => {
              sleptMs.push(delayMs)
              waiting.push(resolve)
              signal.addEventListener('abort', () => resolve(), { once: true })
            }),
    },
    failedFiles: noFailedFiles,
    queueOf: (name, address) => (name === 'prod' && address === queueUrl ? queue : undefined),
    ids: { uuid: () => `${waiting.length}0000000-0000`, bytes: (count) => new Uint8Array(count) },
    followIntervalMs: 20_000,
    telemetry: { followTook() {}, followFailed: ({ error }) => failures.push(error) },
  })
}

beforeEach(async () => {
  nowMs = startMs
  read = []
  broken = new Set()
  waiting = []
  announced = []
  deleted = []
  queueFault = undefined
  sleptMs = []
  storage = { marks: createMemoryMarkSet(), catalog: createMemoryCatalog() }
  bucket = await bucketWith(key('2024/01/01', 'old'), key('2025/06/15', 'new'))
  imports = create()
})
afterEach(() => imports[Symbol.asyncDispose]())

const key = (day: string, name: string, region = 'eu-west-1') =>
  `AWSLogs/111111111111/CloudTrail/${region}/${day}/${name}.json.gz`
const place = { store: 'prod', bucket: 'logs', prefix: 'AWSLogs/' }
const run = (more: object = {}) =>
  Array.fromAsync(imports.run({ ...place, isPlan: false, signal: new AbortController().signal, ...more }))

/** Lets rounds happen until the follow waits again; what was read meanwhile. */
async function rounds(count = 1): Promise<string[]> {
  read.length = 0
  for (let round = 0; round < count; round += 1) {
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
    waiting.pop()?.()
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return read.toSorted()
}

describe('an import', () => {
  it('reads each file once, and again when its content changes', async () => {
    await run()
    expect(read.toSorted()).toEqual([key('2024/01/01', 'old'), key('2025/06/15', 'new')])
    await bucket.put(key('2025/06/15', 'new'), 'replaced')
    read.length = 0
    await run()
    expect(read).toEqual([key('2025/06/15', 'new')])
  })

  it('reads a file again that could not be read, and those of a plan', async () => {
    await run({ isPlan: true })
    broken.add(key('2024/01/01', 'old'))
    await run()
    broken.clear()
    read.length = 0
    await run()
    expect(read).toEqual([key('2024/01/01', 'old')])
  })

  it('ends when nothing can be read any more, instead of giving up every file', async () => {
    for (let index = 0; index < 40; index += 1) {
      await bucket.put(key('2025/06/15', `${index}`))
      broken.add(key('2025/06/15', `${index}`))
    }
    await expect(run()).rejects.toMatchObject({ code: 'object.store-unreachable' })
  })

  it('is for buckets and prefixes of the configuration only', () => {
    const refused = (more: object) => {
      try {
        imports.check({ ...place, ...more })
        return undefined
      } catch (error) {
        return (error as Fault).code
      }
    }
    expect(refused({})).toBeUndefined()
    expect(refused({ store: 'other' })).toBe('import.store-unknown')
    expect(refused({ bucket: 'other' })).toBe('import.store-not-allowed')
    expect(refused({ prefix: 'AWSLogs' })).toBe('import.store-not-allowed')
    expect(refused({ account: '12' })).toBe('import.account-invalid')
  })
})

describe('a follow', () => {
  it('takes in what is there, then only what is new, and lists no more than recent days for it', async () => {
    await imports.follow(place)
    expect(await rounds()).toEqual([key('2024/01/01', 'old'), key('2025/06/15', 'new')])
    await bucket.put(key('2025/06/15', 'newer'))
    bucket.listings()
    expect(await rounds()).toEqual([key('2025/06/15', 'newer')])
    expect(bucket.listings().filter(({ delimiter }) => delimiter === undefined)).toEqual([
      { prefix: 'AWSLogs/111111111111/CloudTrail/eu-west-1/', startAfter: expect.stringMatching(/2025\/06\/14$/) },
    ])
    expect(imports.follows()).toMatchObject([{ state: 'waiting', isSwept: true, files: 3, events: 3, unreadable: 0 }])
  })

  it('finds a file of a day long ago within a day, and all of a region that is new at once', async () => {
    await imports.follow(place)
    await rounds()
    await bucket.put(key('2024/03/03', 'late'))
    await bucket.put(key('2023/01/01', 'first', 'us-east-1'))
    expect(await rounds()).toEqual([key('2023/01/01', 'first', 'us-east-1')])
    nowMs += dayMs + 1
    expect(await rounds()).toEqual([key('2024/03/03', 'late')])
  })

  it('goes on after a restart with what came meanwhile', async () => {
    await imports.follow(place)
    await rounds()
    await imports[Symbol.asyncDispose]()
    nowMs += 10 * dayMs
    await bucket.put(key('2025/06/20', 'meanwhile'))
    waiting = []
    imports = create()
    expect(await rounds()).toEqual([key('2025/06/20', 'meanwhile')])
  })

  it('says why it fails, and takes in what it missed when the store is back', async () => {
    const all = [key('2024/01/01', 'old'), key('2025/06/15', 'new')]
    for (let index = 0; index < 20; index += 1) all.push(key('2025/06/15', `${String(index).padStart(2, '0')}`))
    for (const one of all) {
      await bucket.put(one)
      broken.add(one)
    }
    await imports.follow(place)
    await rounds()
    const failure = { code: 'object.store-unreachable', message: 'down: SlowDown' }
    expect(imports.follows()).toMatchObject([{ state: 'failing', failure }])
    broken.clear()
    expect(await rounds()).toEqual(all.toSorted())
    expect(imports.follows()[0]).not.toHaveProperty('failure')
  })

  it('tries a single file that could not be read again', async () => {
    broken.add(key('2024/01/01', 'old'))
    await imports.follow(place)
    await rounds()
    expect(imports.follows()).toMatchObject([{ state: 'waiting', isSwept: false, unreadable: 1 }])
    broken.clear()
    nowMs += 600_001
    expect(await rounds()).toEqual([key('2024/01/01', 'old')])
    expect(imports.follows()).toMatchObject([{ isSwept: true }])
  })

  it('ends when it is stopped, also for the next start', async () => {
    const { id } = await imports.follow(place)
    expect((await imports.follow(place)).id).toBe(id)
    await rounds()
    expect(await imports.stop(id)).toBe(true)
    expect(await imports.stop(id)).toBe(false)
    imports = create()
    expect(imports.follows()).toEqual([])
  })

  it('of a store that the configuration no longer has waits and says so', async () => {
    await imports.follow(place)
    await imports[Symbol.asyncDispose]()
    imports = createStoreImports({
      stores: [],
      imports: countingImports(read),
      ...storage,
      objects: createMemoryObjectStore({ clock: { nowMs: () => nowMs } }),
      clock: { nowMs: () => nowMs },
      timer: { sleep: async () => {} },
      failedFiles: noFailedFiles,
      queueOf: () => undefined,
      ids: { uuid: () => '', bytes: (count) => new Uint8Array(count) },
      followIntervalMs: 20_000,
      telemetry: { followTook() {}, followFailed() {} },
    })
    expect(imports.follows()).toMatchObject([{ state: 'failing', failure: { code: 'import.store-unknown' } }])
  })
})

describe('a follow with a queue', () => {
  const message = (...keys: readonly string[]) => JSON.stringify({ s3Bucket: 'logs', s3ObjectKey: keys })
  const newest = () => key('2025/06/15', 'newest')

  /** Both of its loops begin, and go through what is there. */
  async function begin(): Promise<void> {
    await imports.follow({ ...place, queue: queueUrl })
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve))
    for (const go of waiting.splice(0)) go()
    await until(() => imports.follows()[0]?.state === 'waiting')
  }

  async function until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }

  async function announce(...bodies: readonly string[]): Promise<void> {
    announced.push(...bodies)
    const before = announcements()
    wakeQueue()
    await until(() => announcements() !== before && announced.length === 0)
  }

  const announcements = () => imports.follows()[0]?.announcements

  it('takes a file in without listing, and deletes its message only then', async () => {
    await begin()
    bucket.listings()
    await bucket.put(newest())
    read.length = 0
    await announce(message(newest()))
    expect(read).toEqual([newest()])
    expect(deleted).toEqual([message(newest())])
    expect(bucket.listings()).toEqual([])
    expect(announcements()).toEqual({ state: 'listening', messages: 1, left: 0 })
  })

  it('leaves a message whose file cannot be read, and one that says nothing, and goes on with the others', async () => {
    await begin()
    await bucket.put(key('2025/06/15', 'broken'))
    await bucket.put(newest())
    broken.add(key('2025/06/15', 'broken'))
    const poison = ['hello', message(key('2025/06/15', 'broken')), message(newest(), key('2025/06/15', 'broken'))]
    await announce(...poison, message(newest()))
    expect(deleted).toEqual([message(newest())])
    expect(announcements()).toMatchObject({ messages: 1, left: 3 })
    broken.clear()
    deleted = []
    await announce(...poison.slice(1))
    expect(deleted).toEqual(poison.slice(1))
  })

  it('deletes messages of what is gone, is in already, or is of no interest here', async () => {
    await begin()
    read.length = 0
    const others = [
      message(key('2025/06/15', 'gone')),
      message(key('2025/06/15', 'new')),
      message('elsewhere/file.json.gz'),
      message('AWSLogs/111111111111/Config/eu-west-1/2025/06/15/file.json.gz'),
      JSON.stringify({ s3Bucket: 'other', s3ObjectKey: [newest()] }),
      JSON.stringify({ Event: 's3:TestEvent' }),
    ]
    await announce(...others)
    expect(read).toEqual([])
    expect(deleted).toEqual(others)
  })

  it('lists seldom while the queue can be read, and as often as ever when it cannot', async () => {
    await begin()
    await announce(message(key('2025/06/15', 'gone')))
    waiting.pop()?.()
    await until(() => sleptMs.at(-1) === 200_000)
    queueFault = new Fault('queue.refused', 'no', { code: 'AccessDenied' })
    wakeQueue()
    await until(() => announcements()?.state === 'failing')
    expect(announcements()).toMatchObject({ failure: { code: 'queue.refused', message: 'no: AccessDenied' } })
    while (waiting.length < 1) await new Promise((resolve) => setImmediate(resolve))
    expect(sleptMs.at(-1)).toBe(20_000)
  })

  it('goes on without a queue that left the configuration, and can be given another', async () => {
    await begin()
    await imports[Symbol.asyncDispose]()
    waiting = []
    imports = create()
    expect(imports.follows()).toMatchObject([{ queue: queueUrl, state: 'starting' }])
    await expect(imports.follow({ ...place, queue: 'https://sqs/1/other' })).rejects.toMatchObject({
      code: 'import.queue-unknown',
    })
    const other = { ...place, prefix: 'AWSLogs/111111111111/' }
    await expect(imports.follow({ ...other, queue: queueUrl })).rejects.toMatchObject({ code: 'import.queue-taken' })
    const { id } = await imports.follow(other)
    expect(await imports.stop(imports.follows().find((one) => one.id !== id)?.id ?? '')).toBe(true)
    expect(await imports.follow({ ...other, queue: queueUrl })).toMatchObject({ id, queue: queueUrl })
  })
})
