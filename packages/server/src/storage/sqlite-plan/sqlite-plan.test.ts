import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deliveryPlanContract } from '@cairn/testkit/contracts/delivery-plan'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { DeliveryPlan, TrailLife } from '../../ports/delivery-plan.ts'
import type { Position } from '../../ports/event-log.ts'
import { openMemoryPlan, openSqlitePlan } from './index.ts'
import { PlanDatabase } from './plan-database.ts'
import { openDatabase } from './schema.ts'

const directory = await mkdtemp(join(tmpdir(), 'cairn-plan-'))
afterAll(() => rm(directory, { recursive: true }))

const opened: DeliveryPlan[] = []
afterEach(async () => {
  for (const plan of opened.splice(0)) await plan[Symbol.asyncDispose]()
})

async function openAt(path: string): Promise<DeliveryPlan> {
  const plan = await openSqlitePlan({ path })
  opened.push(plan)
  return plan
}

let files = 0

describe('in a file', () => {
  deliveryPlanContract(async () => {
    const path = join(directory, `${++files}.db`)
    return { plan: await openAt(path), reopen: () => openAt(path) }
  })
})

describe('in memory', () => {
  deliveryPlanContract(async () => ({ plan: openMemoryPlan() }))
})

const trail = {
  life: 'arn#1' as TrailLife,
  arn: 'arn',
  account: '111122223333',
  target: { bucket: 'audit' },
  listsFiles: false,
}

function selection(first: number, count: number) {
  const positions = Array.from({ length: count }, (_, index) => (first + index * 1000) as Position)
  const lane = { account: '111122223333', region: 'eu-west-1', kind: 'CloudTrail' } as const
  const run = { lane, positions, bytes: count, newestEventMs: 1, oldestEventMs: 1, acceptedAtMs: 1 }
  return { next: (first + count * 1000) as Position, selected: [{ trail, runs: [run] }] }
}

test('a full disk changes nothing, in the file and in memory, and passes by itself', () => {
  const connection = openDatabase(join(directory, 'full.db'))
  const database = new PlanDatabase(connection)
  connection.exec('PRAGMA max_page_count = 40')
  database.route(selection(1, 10))
  const before = database.contents()
  const full = expect.objectContaining({ code: 'delivery.plan-full' })
  expect(() => database.route(selection(20_000, 100_000))).toThrow(full)
  expect(database.contents()).toEqual(before)
  expect(new PlanDatabase(connection).contents()).toEqual(before)
  database.route(selection(20_000, 10))
  expect(database.contents().queues[0]?.[1]?.events).toBe(20)
  database.close()
})

test('a file of a newer version, or of somebody else, is refused and left as it is', async () => {
  const newer = join(directory, 'newer.db')
  const foreign = join(directory, 'foreign.db')
  for (const [path, sql] of [
    [newer, 'PRAGMA user_version = 99'],
    [foreign, 'CREATE TABLE mine (x)'],
  ] as const) {
    const database = new DatabaseSync(path)
    database.exec(sql)
    database.close()
  }
  await expect(openSqlitePlan({ path: newer })).rejects.toMatchObject({ code: 'delivery.plan-newer-format' })
  await expect(openSqlitePlan({ path: foreign })).rejects.toMatchObject({ code: 'delivery.plan-unreadable' })
})

describe('a value that changed by itself', () => {
  test.each([
    ['trail', "UPDATE trail SET bucket = 'audiu'"],
    ['run', 'UPDATE run SET newest_event_ms = newest_event_ms + 1'],
    ['run', "UPDATE run SET positions = X'0101'"],
    ['claim', "UPDATE claim SET salt = 'f' || substr(salt, 2)"],
    ['file', "UPDATE file SET json = replace(json, 'a', 'b')"],
  ])('is found in the table %s by %s', (table, change) => {
    const path = join(directory, `flip-${++files}.db`)
    const database = openDatabase(path)
    const plan = new PlanDatabase(database)
    const lane = { account: '111122223333', region: 'eu-west-1', kind: 'CloudTrail' as const }
    const times = { newestEventMs: 5, oldestEventMs: 4, acceptedAtMs: 6 }
    const run = (position: number) => ({ lane, positions: [position as Position], bytes: 10, ...times })
    const life = 'arn#1' as TrailLife
    const target = { bucket: 'audit', prefix: 'here' }
    const selecting = { life, arn: 'arn', account: '111122223333', target, listsFiles: true }
    plan.route({ next: 9 as Position, selected: [{ trail: selecting, runs: [run(1), run(2), run(3)] }] })
    const claim = (salt: string) => plan.claim(life, { salt, target, bytesMax: 10 }).result
    const first = claim('a'.repeat(32))
    const second = claim('b'.repeat(32))
    if (first === undefined || second === undefined) throw new TypeError('nothing was claimed')
    plan.redirect(second.id, { salt: 'c'.repeat(32), target: { bucket: 'other' } })
    const file = {
      trail: 'arn',
      ...lane,
      ...times,
      bucket: 'audit',
      key: 'a',
      sha256: 'aa',
      confirmedAtMs: 1,
      storedAtMs: 1,
    }
    plan.settle(first.id, { last: [], listed: [file] })
    expect(plan.check()).toEqual([])
    database.exec(change)
    expect(plan.check()).toEqual([expect.stringContaining(`table ${table} `)])
    plan.close()
  })
})
