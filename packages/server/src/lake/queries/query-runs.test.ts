import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Fault } from '../../fault.ts'
import { createLakeResults } from '../../storage/lake-results/index.ts'
import { systemIds } from '../../storage/system/ids.ts'
import type { LakeQuery } from './query.ts'
import { createQueryRuns, type QueryRequest, type QueryRuns, type QueryRunsOptions } from './query-runs.ts'
import { type ScriptedEngine, type Step, scriptedEngine } from './scripted-engine.fixture.ts'

const numbers = (from: number, to: number) => ({
  rows: Array.from({ length: to - from }, (_, index) => [from + index, `r${from + index}`]),
})
const scripts: Readonly<Record<string, readonly Step[]>> = {
  none: [],
  some: [numbers(0, 3)],
  many: [numbers(0, 1_500), numbers(1_500, 2_600)],
  slow: [numbers(0, 2), 'hang'],
  wrong: [numbers(0, 2), new Fault('lake.query-failed', 'x', { message: 'Division by zero' })],
  late: [numbers(0, 2), new Fault('lake.query-timed-out', 'x')],
  greedy: [new Fault('lake.query-out-of-memory', 'x')],
}
const account = '111111111111'
let folder: string
let engine: ScriptedEngine
let nowMs: number
let ended: LakeQuery[]
let evicted: string[]
let released: number
let broke: unknown[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cairn-queries-'))
  engine = scriptedEngine(scripts)
  nowMs = Date.UTC(2026, 10, 23)
  ended = []
  evicted = []
  released = 0
  broke = []
})
function release(): void {
  released += 1
}
afterEach(() => rm(folder, { recursive: true, force: true }))

function open(more: Partial<QueryRunsOptions> = {}): QueryRuns {
  return createQueryRuns({
    results: createLakeResults(folder),
    engine,
    clock: { nowMs: () => nowMs },
    ids: systemIds,
    atOnceMax: 2,
    resultsBytesMax: 1e9,
    limits: { timeoutMs: 1_000, memoryBytesMax: 1e9, resultCharsMax: 1e6 },
    telemetry: {
      queryEnded: (query) => void ended.push(query),
      resultEvicted: ({ queryId }) => void evicted.push(queryId),
      queryBroke: ({ cause }) => void broke.push(cause),
    },
    ...more,
  })
}

function ask(text: string, more: Partial<QueryRequest> = {}): QueryRequest {
  const columns = ['n', 'text'].map((label) => ({ label, type: { kind: 'varchar' } as const }))
  return {
    account,
    region: 'us-east-1',
    caller: `arn:aws:iam::${account}:user/ana`,
    statement: { kind: 'query', tables: [], columns, text },
    text,
    stores: [],
    openTables: async () => ({ tables: [], files: [], rows: 10, bytes: 500, release }),
    ...more,
  }
}

async function finished(queries: QueryRuns, id: string): Promise<LakeQuery> {
  await vi.waitFor(() => expect(ended.some((query) => query.id === id)).toBe(true), 10_000)
  const query = await queries.find(id)
  if (query === undefined) throw new Error('gone')
  return query
}

describe('a query', () => {
  it('ends with its rows, labels and statistics, and lets its tables go', async () => {
    await using queries = open()
    const { id, state } = await queries.start(ask('some'))
    expect(state).toBe('QUEUED')
    expect(await finished(queries, id)).toMatchObject({
      state: 'FINISHED',
      columns: ['n', 'text'],
      rows: 3,
      statistics: { eventsMatched: 3, eventsScanned: 10, bytesScanned: 500 },
    })
    expect((await queries.page(id, 0, 1_000))?.rows).toEqual([
      ['0', 'r0'],
      ['1', 'r1'],
      ['2', 'r2'],
    ])
    expect(released).toBe(1)
  })

  it('is read in pages that give every row once', async () => {
    await using queries = open()
    const { id } = await queries.start(ask('many'))
    await finished(queries, id)
    const seen: (string | null | undefined)[] = []
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: Awaited<ReturnType<QueryRuns['page']>> = await queries.page(id, from, 700)
      expect(page?.rows.length).toBeGreaterThan(0)
      seen.push(...(page?.rows.map(([n]) => n) ?? []))
      from = page?.next
    }
    expect(seen).toEqual(Array.from({ length: 2_600 }, (_, n) => String(n)))
  })

  it('shows its first rows while it runs, and keeps them when it is cancelled', async () => {
    await using queries = open()
    const { id } = await queries.start(ask('slow'))
    await vi.waitFor(async () => expect((await queries.page(id, 0, 10))?.rows).toHaveLength(2), 10_000)
    expect((await queries.find(id))?.state).toBe('RUNNING')
    expect((await queries.cancel(id))?.state).toBe('CANCELLED')
    expect(engine.running()).toBe(0)
    expect((await queries.page(id, 0, 10))?.rows).toHaveLength(2)
    expect((await queries.cancel(id))?.state).toBe('CANCELLED')
  })

  it.each([
    ['wrong', 'FAILED', 'Division by zero', 0],
    ['greedy', 'FAILED', 'Query exhausted resources at this scale factor.', 0],
    ['late', 'TIMED_OUT', undefined, 2],
    ['none', 'FINISHED', undefined, 0],
  ])('that does %s ends %s', async (text, state, error, rows) => {
    await using queries = open()
    const { id } = await queries.start(ask(text))
    const query = await finished(queries, id)
    expect(query).toMatchObject({ state, rows })
    expect(query.error).toBe(error)
    expect((await queries.page(id, 0, 10))?.rows).toHaveLength(rows)
    expect(released).toBe(1)
  })

  it('that fails inside tells its caller nothing and the operator everything', async () => {
    const damaged = new Fault('lake.table-damaged', 'a table cannot be read', { store: 'secret' })
    await using queries = open()
    const { id } = await queries.start(ask('some', { openTables: () => Promise.reject(damaged) }))
    const { state, error } = await finished(queries, id)
    expect([state, error]).toEqual(['FAILED', expect.stringMatching(/internal error/)])
    expect(broke).toEqual([damaged])
  })

  it('whose result is too large fails and says so', async () => {
    await using queries = open({ limits: { timeoutMs: 1, memoryBytesMax: 1, resultCharsMax: 1_000 } })
    const { id } = await queries.start(ask('many'))
    expect((await finished(queries, id)).error).toMatch(/too large/)
    expect(engine.running()).toBe(0)
    expect(broke).toEqual([])
  })

  it('is followed row by row until it has ended', async () => {
    await using queries = open()
    const { id } = await queries.start(ask('many'))
    const rows: unknown[] = []
    let state = ''
    for await (const page of queries.follow(id, new AbortController().signal)) {
      rows.push(...page.rows)
      state = page.query.state
    }
    expect([rows.length, state]).toEqual([2_600, 'FINISHED'])
  })

  it('that has nothing to show is followed no longer than it is looked at', async () => {
    await using queries = open()
    const { id } = await queries.start(ask('slow'))
    await vi.waitFor(() => expect(engine.running()).toBe(1), 10_000)
    const look = new AbortController()
    const seen = Array.fromAsync(queries.follow(id, look.signal))
    setImmediate(() => look.abort())
    await expect(seen).rejects.toThrow('aborted')
    expect((await queries.find(id))?.state).toBe('RUNNING')
  })
})

describe('many queries', () => {
  it('wait for their turn, and accounts take turns', async () => {
    await using queries = open({ atOnceMax: 1 })
    const first = await queries.start(ask('slow'))
    const mine = [await queries.start(ask('some')), await queries.start(ask('some'))] as const
    const other = await queries.start(ask('some', { account: '222222222222' }))
    await vi.waitFor(() => expect(engine.running()).toBe(1), 10_000)
    expect((await queries.find(mine[0].id))?.state).toBe('QUEUED')
    await queries.cancel(first.id)
    await finished(queries, mine[1].id)
    expect(ended.map(({ id }) => id)).toEqual([first.id, mine[0].id, other.id, mine[1].id])
  })

  it('are cancelled while they wait', async () => {
    await using queries = open({ atOnceMax: 1 })
    await queries.start(ask('slow'))
    const { id } = await queries.start(ask('some'))
    expect((await queries.cancel(id))?.state).toBe('CANCELLED')
    expect(engine.ran.map(({ statement }) => statement)).not.toContain('some')
  })

  it('are refused above the quota, by account and region', async () => {
    await using queries = open({ activeMax: 2 })
    await queries.start(ask('slow'))
    const { id } = await queries.start(ask('slow'))
    await expect(queries.start(ask('some'))).rejects.toMatchObject({ code: 'lake.too-many-queries' })
    await queries.start(ask('some', { region: 'eu-west-1' }))
    await queries.cancel(id)
    await queries.start(ask('some'))
  })
})

describe('a restart', () => {
  it('keeps what had ended, and says of the others that they did not', async () => {
    const before = open()
    const done = await before.start(ask('some'))
    await finished(before, done.id)
    const cut = await before.start(ask('slow'))
    // Read by a second server while the first still has it open, as after a kill.
    await using after = open()
    expect((await after.page(done.id, 0, 10))?.rows).toHaveLength(3)
    expect(await after.find(cut.id)).toMatchObject({ state: 'FAILED', error: expect.stringContaining('restarted') })
    await before[Symbol.asyncDispose]()
  })

  it('in order fails what runs instead of leaving it open', async () => {
    const before = open()
    const { id } = await before.start(ask('slow'))
    await before[Symbol.asyncDispose]()
    expect(ended).toMatchObject([{ id, state: 'FAILED' }])
  })
})

describe('results go', () => {
  it('after seven days', async () => {
    await using queries = open()
    const { id } = await queries.start(ask('some'))
    await finished(queries, id)
    nowMs += 7 * 86_400_000
    await queries.forget()
    expect(await queries.find(id)).toBeDefined()
    nowMs += 1
    await queries.forget()
    expect(await queries.find(id)).toBeUndefined()
    expect(await queries.page(id, 0, 10)).toBeUndefined()
    expect(await readdir(folder)).toEqual([])
    expect(evicted).toEqual([])
  })

  it('earlier, the oldest first and told, when they take too much room', async () => {
    await using queries = open({ resultsBytesMax: 5_000 })
    const ids: string[] = []
    for (const text of ['many', 'many', 'some']) {
      nowMs += 1
      const { id } = await queries.start(ask(text))
      await finished(queries, id)
      ids.push(id)
    }
    await queries.forget()
    expect(evicted.length).toBeGreaterThan(0)
    expect(evicted).toEqual(ids.slice(0, evicted.length).reverse())
    expect(await queries.find(ids[2] ?? '')).toBeDefined()
  })
})

describe('a result that is to be delivered', () => {
  const destination = { uri: 's3://results/', bucket: 'results' }
  type Deliver = NonNullable<QueryRequest['delivery']>['deliver']

  it('is pending until it is there', async () => {
    const given = Promise.withResolvers<void>()
    const rows: unknown[] = []
    const deliver: Deliver = async (result) => {
      await given.promise
      for await (const some of result.rows) rows.push(...some)
      return 'SUCCESS'
    }
    await using queries = open()
    const { id } = await queries.start(ask('many', { delivery: { ...destination, deliver } }))
    expect((await finished(queries, id)).delivery?.state).toBe('PENDING')
    given.resolve()
    await vi.waitFor(async () => expect((await queries.find(id))?.delivery?.state).toBe('SUCCESS'), 10_000)
    expect(rows).toHaveLength(2_600)
    expect((await queries.page(id, 2_599, 10))?.rows).toHaveLength(1)
  })

  it.each(['wrong', 'late'])('is not when the query does %s', async (text) => {
    const deliver = vi.fn<Deliver>()
    await using queries = open()
    const { id } = await queries.start(ask(text, { delivery: { ...destination, deliver } }))
    expect((await finished(queries, id)).delivery?.state).toBe('CANCELLED')
    expect(deliver).not.toHaveBeenCalled()
  })

  it('is unknown after a kill in between', async () => {
    const never = Promise.withResolvers<'FAILED'>()
    const before = open()
    const { id } = await before.start(ask('some', { delivery: { ...destination, deliver: () => never.promise } }))
    await finished(before, id)
    await using after = open()
    expect((await after.find(id))?.delivery?.state).toBe('UNKNOWN')
    never.resolve('FAILED')
    await before[Symbol.asyncDispose]()
  })
})
