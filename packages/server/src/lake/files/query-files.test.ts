import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { filesBelow, realData } from '@cairn/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LakeEngine } from '../../ports/lake-engine.ts'
import { createDuckdbEngine } from '../../storage/duckdb/index.ts'
import { systemTimer } from '../../storage/system/timer.ts'
import { type QueriedFile, queryFiles, refusalOf } from './index.ts'

let folder: string
let engine: LakeEngine
let runs = 0

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-files-'))
  engine = createDuckdbEngine({ timer: systemTimer })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function run(statement: string, ...files: readonly QueriedFile[]) {
  runs += 1
  const own = join(folder, String(runs))
  mkdirSync(own)
  const rows: (readonly (string | null)[])[] = []
  let notes: readonly string[] = []
  let state = ''
  const each = async function* () {
    yield* files
  }
  const events = queryFiles({
    statement,
    files: each(),
    engine,
    folder: own,
    timeoutMs: 60_000,
    memoryBytesMax: 1e9,
    signal: new AbortController().signal,
    nowMs: () => 0,
    scanned() {},
  })
  for await (const event of events) {
    if (event.kind === 'rows') rows.push(...event.rows)
    if (event.kind === 'end') ({ notes, state } = event)
  }
  return { rows, notes, state }
}

const record = (user: string, more: object = {}) => ({
  eventVersion: '1.08',
  userIdentity: { type: 'IAMUser', userName: user },
  eventTime: '2026-11-20T01:02:03Z',
  eventName: 'GetObject',
  ...more,
})
const bytes = (content: Uint8Array | string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(content))
const alices = `SELECT count(*) AS n FROM logs WHERE userIdentity.userName = 'alice'`

it('finds what is asked for in files of every form', async () => {
  const one = [record('alice'), record('bob'), record('alice')]
  const envelope = JSON.stringify({ Records: one })
  const { rows, notes } = await run(
    alices,
    { name: 'aws', bytes: bytes(gzipSync(envelope)) },
    { name: 'plain', bytes: bytes(envelope) },
    { name: 'zstd', bytes: bytes(zstdCompressSync(Buffer.from(envelope))) },
    { name: 'pretty', bytes: bytes(JSON.stringify({ Records: one }, undefined, 2)) },
    { name: 'lines', bytes: bytes(one.map((each) => JSON.stringify(each)).join('\n')) },
    {
      name: 'lookup',
      bytes: bytes(JSON.stringify({ Events: one.map((e) => ({ CloudTrailEvent: JSON.stringify(e) })) })),
    },
    { name: 'escaped', bytes: bytes(envelope.replaceAll('alice', '\\u0061lice')) },
    {
      name: 'inside',
      bytes: bytes(JSON.stringify({ Records: [record('alice', { requestParameters: { event: record('bob') } })] })),
    },
  )
  expect(rows).toEqual([['15']])
  expect(notes).toEqual([])
})

it('names files that cannot be read, and answers from the others', async () => {
  const whole = gzipSync(JSON.stringify({ Records: [record('alice')] }))
  const long = gzipSync(JSON.stringify({ Records: Array.from({ length: 900 }, (_, n) => record(`bob${n * n}`)) }))
  const { rows, notes, state } = await run(
    alices,
    { name: 'good', bytes: bytes(whole) },
    { name: 'cut', bytes: bytes(long.subarray(0, long.length / 2)) },
    { name: 'gone', path: join(folder, 'gone') },
  )
  expect([rows, state]).toEqual([[['1']], 'FINISHED'])
  expect(notes.map((note) => note.split(':')[0]).sort()).toEqual(['cut', 'gone'])
})

it('refuses what Lake refuses', () => {
  expect(refusalOf({ statement: 'DROP TABLE logs' })).toMatch(/line 1:1/)
  expect(refusalOf({ statement: alices })).toBeUndefined()
})

const data = realData()
describe.skipIf(data === undefined)('real log files (skipped without the real data)', () => {
  it('are counted as an offline reading counts them, with and without texts to look for', async () => {
    const files = filesBelow(data ?? '')
      .filter((path) => /_CloudTrail_.*\.json\.gz$/.test(path))
      .map((path) => ({ name: path, path: join(data ?? '', path) }))
    const records = files.flatMap(
      ({ path }) =>
        (JSON.parse(gunzipSync(readFileSync(path)).toString()) as { Records: { eventName: string }[] }).Records,
    )
    const count = (name: string) => String(records.filter(({ eventName }) => eventName === name).length)
    const names = [...new Set(records.map(({ eventName }) => eventName))]
    const all = await run('SELECT eventName, count(*) FROM logs GROUP BY eventName', ...files)
    expect(new Map(all.rows.map(([name, n]) => [name, n]))).toEqual(new Map(names.map((name) => [name, count(name)])))
    const one = names.find((name) => name.length > 8) ?? ''
    const { rows } = await run(`SELECT count(*) FROM logs WHERE eventName = '${one}'`, ...files)
    expect(rows).toEqual([[count(one)]])
  })
})
