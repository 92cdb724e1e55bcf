import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { eventFields } from '@cairn/core/record'
import { filesBelow, realData } from '@cairn/testkit'
import { describe, expect, test } from 'vitest'
import type { EventLog, Position, StoredFrame } from '../../ports/event-log.ts'
import { contentHash, type EventKey, type Recognition } from '../../ports/history-index.ts'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import { importsInto } from './imports.fixture.ts'
import type { ImportEvent, ImportFile, ImportSummary, Seen } from './index.ts'

const account = '123456789012'

/** Knows what is in the log, exactly. */
function seenIn(log: EventLog): Seen {
  const contents = new Map<string, Set<string>>()
  let from = log.bounds().first
  return {
    async recognise(keys) {
      for (const frame of await framesFrom(log, from)) {
        const hash = contentHash(frame.bytes)
        const key = keyText({ account: frame.account, eventId: eventFields(frame.bytes)?.eventId, contentHash: hash })
        contents.set(key, (contents.get(key) ?? new Set()).add(hex(hash)))
        from = log.after(frame.position)
      }
      const answers = keys.map((key): Recognition => {
        const found = contents.get(keyText(key))
        return found === undefined ? 'new' : found.has(hex(key.contentHash)) ? 'same' : 'other'
      })
      return { answers }
    },
    async caughtUp() {},
  }
}

function keyText({ account, eventId, contentHash }: EventKey): string {
  return `${account} ${eventId ?? hex(contentHash)}`
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function allFrames(log: EventLog): Promise<StoredFrame[]> {
  return framesFrom(log, log.bounds().first)
}

async function framesFrom(log: EventLog, start: Position): Promise<StoredFrame[]> {
  const all: StoredFrame[] = []
  for (let from = start; ; ) {
    const frames = await log.read(from, 64 * 1024 * 1024)
    const last = frames.at(-1)
    if (last === undefined) return all
    all.push(...frames)
    from = log.after(last.position)
  }
}

function knowingImports(log: EventLog, seen: Seen = seenIn(log)) {
  return importsInto(log, { seen, nowMs: () => 1_700_000_000_000, catalogVersion: () => 7, account })
}

async function importAll(
  log: EventLog,
  files: readonly { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }[],
  isPlan = false,
) {
  const events: ImportEvent[] = []
  const run = knowingImports(log).run({ files: each(files), isPlan, signal: new AbortController().signal })
  for await (const event of run) events.push(event)
  const summary = events.at(-1)
  if (summary?.kind !== 'summary') throw new TypeError('no summary')
  return { events, summary, files: events.filter((event) => event.kind === 'file') }
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}

function file(name: string, ...pieces: (string | Uint8Array)[]): ImportFile {
  return { name, bytes: each(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))) }
}

function record(id: string | undefined, more = ''): string {
  const eventId = id === undefined ? '' : `"eventID":"${id}",`
  return `{"eventVersion":"1.08","eventTime":"2024-01-02T03:04:05Z",${eventId}"eventName":"X"${more}}`
}

function stored(frames: readonly StoredFrame[]): string[] {
  return frames.map((frame) => Buffer.from(frame.bytes).toString())
}

describe('what arrives', () => {
  test('an imported event is history only and carries account, region and source', async () => {
    const log = createMemoryEventLog()
    const text = record('a', ',"awsRegion":"eu-west-1","recipientAccountId":"111122223333"')
    await importAll(log, [file('x.json', `{"Records":[${text}]}`)])
    const [frame] = await allFrames(log)
    expect(frame).toMatchObject({
      kind: 'event',
      audience: { kind: 'history' },
      account: '111122223333',
      region: 'eu-west-1',
      source: 'import',
      catalogVersion: 7,
    })
    expect(stored(await allFrames(log))).toEqual([text])
  })

  test('a record that names no account goes to the chosen one', async () => {
    const log = createMemoryEventLog()
    const run = knowingImports(log).run({
      files: each([file('x.json', record('a'))]),
      account: '999988887777',
      isPlan: false,
      signal: new AbortController().signal,
    })
    for await (const _ of run);
    expect((await allFrames(log))[0]).toMatchObject({ account: '999988887777', region: 'us-east-1' })
  })

  test('gzip of several members, zstd and plain text are told by content, not by name', async () => {
    const log = createMemoryEventLog()
    const { summary } = await importAll(log, [
      file('a.txt', Buffer.concat([gzipSync(`[${record('1')},`), gzipSync(`${record('2')}]`)])),
      file('b.json', zstdCompressSync(Buffer.from(record('3')))),
      file('c.gz', record('4')),
    ])
    expect(summary).toMatchObject({ added: 4, setAside: 0, files: 3 })
  })

  test('a compressed file in pieces of one byte is read like a whole one', async () => {
    const log = createMemoryEventLog()
    const bytes = gzipSync(`{"Records":[${record('1')},${record('2')}]}`)
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte))
    expect((await importAll(log, [file('a.gz', ...pieces)])).summary).toMatchObject({ added: 2, setAside: 0 })
  })

  test('digest files are set aside and counted', async () => {
    const digest = '{"awsAccountId":"1","digestStartTime":"x","digestS3Object":"y","logFiles":[]}'
    const { summary } = await importAll(createMemoryEventLog(), [file('d.json', digest)])
    expect(summary).toMatchObject({ digests: 1, records: 0, setAside: 0 })
  })
})

describe('nothing twice', () => {
  test('the same content again is a duplicate, within a file, within a run and in the next run', async () => {
    const log = createMemoryEventLog()
    const twice = file('a.json', `[${record('1')},${record('1')}]`)
    const first = await importAll(log, [twice, file('b.json', record('1'))])
    expect(first.summary).toMatchObject({ records: 3, added: 1, duplicates: 2 })
    const second = await importAll(log, [file('b.json', record('1'))])
    expect(second.summary).toMatchObject({ added: 0, duplicates: 1 })
  })

  test('one event id with two contents is kept twice and counted as a conflict, also in the next run', async () => {
    const log = createMemoryEventLog()
    const first = await importAll(log, [file('a.json', `[${record('1')},${record('1', ',"x":1')}]`)])
    expect(first.summary).toMatchObject({ added: 2, conflicts: 1 })
    const second = await importAll(log, [file('b.json', record('1', ',"x":2'))])
    expect(second.summary).toMatchObject({ added: 1, conflicts: 1 })
    expect(second.files[0]).toMatchObject({ conflicts: 1, conflictingIds: ['1'] })
  })

  test('one event id in two accounts is no duplicate', async () => {
    const log = createMemoryEventLog()
    const inAccount = (id: string) => record('1', `,"recipientAccountId":"${id}"`)
    const { summary } = await importAll(log, [
      file('a.json', `[${inAccount('111111111111')},${inAccount('222222222222')}]`),
    ])
    expect(summary).toMatchObject({ added: 2, conflicts: 0 })
  })

  test('a record without event id is recognised by its content', async () => {
    const log = createMemoryEventLog()
    await importAll(log, [file('a.json', record(undefined))])
    const { summary } = await importAll(log, [file('a.json', `${record(undefined)}\n${record(undefined, ',"x":1')}`)])
    expect(summary).toMatchObject({ added: 1, duplicates: 1, conflicts: 0 })
  })

  test('a second import waits for the first and sees what it added', async () => {
    const log = createMemoryEventLog()
    const imports = knowingImports(log)
    const request = () => ({
      files: each([file('a.json', record('1'))]),
      isPlan: false,
      signal: new AbortController().signal,
    })
    const outcomes = await Promise.all(
      [imports.run(request()), imports.run(request())].map(async (run) => {
        const events: ImportEvent[] = []
        for await (const event of run) events.push(event)
        return events
      }),
    )
    expect(outcomes.map((events) => events[0]?.kind === 'waiting')).toEqual([false, true])
    const added = outcomes.map((events) => (events.at(-1) as ImportSummary).added)
    expect(added).toEqual([1, 0])
  })

  test('stopped in the middle and run again: nothing twice, nothing missing', async () => {
    const log = createMemoryEventLog()
    const files = Array.from({ length: 40 }, (_, number) =>
      file(`${number}.json`, Array.from({ length: 30 }, (_, item) => record(`${number}-${item}`)).join('\n')),
    )
    const stop = new AbortController()
    const interrupted = (async () => {
      for await (const event of knowingImports(log).run({ files: each(files), isPlan: false, signal: stop.signal }))
        if (event.kind === 'file') stop.abort(new Error('stopped'))
    })()
    await expect(interrupted).rejects.toThrow('stopped')
    const again = Array.from({ length: 40 }, (_, number) =>
      file(`${number}.json`, Array.from({ length: 30 }, (_, item) => record(`${number}-${item}`)).join('\n')),
    )
    await importAll(log, again)
    const ids = (await allFrames(log)).map((frame) => eventFields(frame.bytes)?.eventId)
    expect(ids).toHaveLength(1200)
    expect(new Set(ids)).toHaveProperty('size', 1200)
  })
})

describe('a plan', () => {
  test('counts, and writes nothing', async () => {
    const log = createMemoryEventLog()
    const { summary } = await importAll(log, [file('a.json', `[${record('1')},${record('2')}]`)], true)
    expect(summary).toMatchObject({ isPlan: true, added: 2, fromMs: 1_704_164_645_000, toMs: 1_704_164_645_000 })
    expect(summary.diskBytes).toBeGreaterThan(0)
    expect(await allFrames(log)).toEqual([])
  })
})

describe('bad input', () => {
  test('a broken record is told by file and offset, and the rest goes in', async () => {
    const log = createMemoryEventLog()
    const content = `[${record('1')},{"eventVersion":"1.08","eventName":oops},${record('2')}]`
    const { summary, files } = await importAll(log, [file('bad.json', content), file('good.json', record('3'))])
    expect(summary).toMatchObject({ added: 3, setAside: 1 })
    expect(files[0]).toMatchObject({
      name: 'bad.json',
      problems: [{ code: 'invalid-json', offset: content.indexOf('{"eventVersion":"1.08","eventName":oops') }],
    })
  })

  test('a compressed file cut short gives what it holds', async () => {
    const log = createMemoryEventLog()
    const whole = gzipSync(`{"Records":[${Array.from({ length: 200 }, (_, i) => record(`id-${i * 7919}`)).join(',')}]}`)
    const { summary } = await importAll(log, [
      file('cut.gz', whole.subarray(0, whole.length - 60)),
      file('ok', record('z')),
    ])
    expect(summary.added).toBeGreaterThan(50)
    expect(summary.setAside).toBeGreaterThan(0)
  })

  test('damaged compressed data is reported and harms no other file', async () => {
    const damaged = gzipSync(`{"Records":[${record('1')}]}`)
    damaged.fill(0xff, 20, 60)
    const { summary, files } = await importAll(createMemoryEventLog(), [file('d.gz', damaged), file('ok', record('2'))])
    expect(summary).toMatchObject({ added: 1, setAside: 1 })
    expect(files.find(({ name }) => name === 'd.gz')?.problems[0]?.code).toBe('corrupt-compression')
  })

  test('a compressed file with a wrong check sum, or with something behind its end, gives most of what it holds', async () => {
    const whole = gzipSync(Array.from({ length: 500 }, (_, number) => record(`id-${Math.sin(number)}`)).join('\n'))
    const wrong = Buffer.from(whole)
    wrong.writeUInt8(wrong.readUInt8(wrong.length - 6) ^ 1, wrong.length - 6)
    for (const bytes of [wrong, Buffer.concat([whole, Buffer.from('something')])]) {
      const { summary, files } = await importAll(createMemoryEventLog(), [file('x.gz', bytes)])
      expect(summary.added).toBeGreaterThan(400)
      expect(files[0]?.problems.map(({ code }) => code)).toContain('corrupt-compression')
    }
  })

  test('a gzip bomb is stopped by its ratio', { timeout: 20_000 }, async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, 0x20))
    const { summary, files } = await importAll(createMemoryEventLog(), [file('bomb', bomb), file('ok', record('2'))])
    expect(summary).toMatchObject({ added: 1, setAside: 1 })
    expect(files.find(({ name }) => name === 'bomb')?.problems[0]?.code).toBe('expands-too-much')
  })

  test('a log that refuses ends the import with its fault', async () => {
    const log = createMemoryEventLog()
    await log[Symbol.asyncDispose]()
    await expect(importAll(log, [file('a', record('1'))])).rejects.toMatchObject({ code: 'log.closed' })
  })
})

const data = realData()

describe.skipIf(data === undefined)('real log files (skipped where ../shared/data is absent)', () => {
  const folder = join(data ?? '', 'real-logs')
  const names = data === undefined ? [] : filesBelow(folder)
  const files = () => names.map((name) => ({ name, bytes: createReadStream(join(folder, name)) }))

  test('counts by name, user, error and hour equal an offline count; twice adds nothing', {
    timeout: 60_000,
  }, async () => {
    const log = createMemoryEventLog()
    // The one broken file has a test of its own: JSON.parse cannot count it.
    const whole = () => files().filter(({ name }) => !name.includes('samples-large'))
    const first = await importAll(log, whole())
    const stored = (await allFrames(log)).map((frame) => JSON.parse(Buffer.from(frame.bytes).toString()))
    const offline = distinct(whole().flatMap(({ name }) => recordsOffline(readFileSync(join(folder, name)))))
    expect(first.summary.added).toBe(offline.length)
    for (const measure of measures) expect(counted(stored, measure)).toEqual(counted(offline, measure))
    const second = await importAll(log, whole())
    expect(second.summary).toMatchObject({ added: 0, records: 3682, duplicates: 3682 })
  })

  test('every record is stored byte for byte as it stands in its file', { timeout: 60_000 }, async () => {
    const log = createMemoryEventLog()
    await importAll(log, files())
    const contents = names.map((name) => {
      const bytes = readFileSync(join(folder, name))
      return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes
    })
    const everything = Buffer.concat(contents).toString('latin1')
    for (const { bytes } of await allFrames(log))
      expect(everything.includes(Buffer.from(bytes).toString('latin1'))).toBe(true)
  })

  test('the malformed file gives its 840 records', async () => {
    const [name = ''] = names.filter((one) => one.includes('samples-large'))
    const { summary } = await importAll(createMemoryEventLog(), [{ name, bytes: createReadStream(join(folder, name)) }])
    expect(summary).toMatchObject({ records: 840 })
    expect(summary.setAside).toBeGreaterThan(0)
  })
})

interface OfflineRecord {
  readonly eventID?: string
  readonly eventName?: string
  readonly errorCode?: string
  readonly eventTime?: string
  readonly recipientAccountId?: string
  readonly userIdentity?: { readonly userName?: string; readonly arn?: string; readonly accountId?: string }
  readonly aws?: { readonly cloudtrail: OfflineRecord }
}

const measures: readonly ((record: OfflineRecord) => string)[] = [
  (record) => String(record.eventName),
  (record) => String(record.userIdentity?.userName ?? record.userIdentity?.arn),
  (record) => String(record.errorCode),
  (record) => String(record.eventTime?.slice(0, 13)),
]

/** All records of one file as JSON.parse sees it; none of what is no JSON. */
function recordsOffline(bytes: Buffer): OfflineRecord[] {
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return []
  }
  const list = Array.isArray(value) ? value : ((value as { Records?: unknown[] }).Records ?? [value])
  return list.map((item) => (item as OfflineRecord).aws?.cloudtrail ?? (item as OfflineRecord))
}

/** The same event twice counts once. Equal values suffice here: no two real records differ only in their spelling. */
function distinct(records: readonly OfflineRecord[]): OfflineRecord[] {
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()]
}

function counted(records: readonly OfflineRecord[], measure: (record: OfflineRecord) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of records.map(measure).sort()) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
