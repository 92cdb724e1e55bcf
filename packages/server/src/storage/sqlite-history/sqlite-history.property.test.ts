import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LookupField } from '@cairn/core/lookup'
import { fullSize } from '@cairn/testkit'
import { collect, feed, queryOf } from '@cairn/testkit/contracts/history-index'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { openQuietLog } from '@cairn/testkit/fakes/quiet-log'
import { recordFrames } from '@cairn/testkit/fakes/records'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventFrame } from '../../ports/event-log.ts'
import type { EntryPage, FoundEvent, HistoryIndex } from '../../ports/history-index.ts'
import { createMemoryHistory } from '../memory/history.ts'
import { openSqliteHistory } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-history-'))
const segments = join(folder, 'log')
// Small segments: most of what is looked up is sealed, the rest is not.
const log = await openQuietLog(segments, { segmentBytesMax: 300_000 })
let index: HistoryIndex
const naive = createMemoryHistory(log)

const accounts = ['111111111111', '222222222222']
const regions = ['eu-west-1', 'us-east-1', 'us-west-2']
const startMs = Date.parse('2025-03-01T00:00:00Z')

/** Spellings that an index or a search through bytes could trip over. */
const oddRecords = [
  '{"eventName":"\\u0041ssumeRole","eventTime":"2025-03-01T00:01:00Z","requestParameters":{"role\\u004eame":"role-1"}}',
  '{"eventName":"AssumeRole","eventName":"Decrypt","eventTime":"2025-03-01T00:01:00Z"}',
  '{"eventTime":"2025-03-01T00:01:00.250Z","sourceIPAddress":"::ffff:203.0.1.7","requestParameters":{"maxResults":1e2}}',
  '{"eventTime":"2025-03-01T00:01:00Z","sourceIPAddress":"2001:db8::7","requestParameters":{"maxResults":"100"}}',
  '{"eventTime":"1969-01-01T00:00:00Z","eventName":"Decrypt","requestParameters":{"roleName":null}}',
  '{"eventTime":"2025-03-01T00:01:00Z","userIdentity":{"type":"Root"},"errorCode":"AccessDenied","readOnly":"false"}',
  '{"eventTime":"2025-03-01T00:01:00Z","requestParameters":{"maxResults":1e400}}',
  'no JSON',
]

beforeAll(async () => {
  index = await openSqliteHistory({ path: join(folder, 'property.db'), log, segments, telemetry: silent })
  const source = recordFrames({ seed: 7, startMs, accounts, regions, variety: 40 })
  const frames = Array.from({ length: fullSize(1_500, 20_000) }, () => source.next().value).filter(
    (f) => f !== undefined,
  )
  const odd = oddRecords.map((text) => eventFrame({ text, account: '111111111111', region: 'eu-west-1' }))
  // Some batches arrive with older times than what is there, as imports do.
  const third = Math.floor(frames.length / 3)
  await appendInParts(frames.slice(2 * third))
  await log.append(odd)
  await appendInParts(frames.slice(0, 2 * third))
  await log.sealed()
  // Batches of very different size, down to one event.
  for (let bytes = 1; index.start() < log.bounds().end; bytes = (bytes * 7) % 65_521) {
    await index.advance(log.bounds().end, bytes)
  }
  await feed(log, naive)
})

async function appendInParts(frames: readonly EventFrame[]): Promise<void> {
  for (let start = 0; start < frames.length; start += 50) await log.append(frames.slice(start, start + 50))
}

afterAll(async () => {
  await index[Symbol.asyncDispose]()
  await log[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const silent = { indexed() {}, rebuilding() {}, rebuilt() {}, searched() {} }

const values: Partial<Record<LookupField, readonly string[]>> = {
  eventName: ['Decrypt', 'AssumeRole', 'GetObject', 'De*', '*Role*', 'Nothing'],
  eventSource: ['s3.amazonaws.com', 'iam.amazonaws.com', '*.amazonaws.com'],
  username: ['ci-1', 'ci-*', 'web-3', '*-7', 'root', 'nobody'],
  accessKeyId: ['AKIAAAAAAAAAAAAAAAA3', 'ASIA*'],
  resourceType: ['AWS::KMS::Key', 'AWS::S3::*'],
  resourceName: ['arn:aws:kms:::thing-3', 'arn:aws:s3:::*'],
  errorCode: ['AccessDenied', 'Client.*', 'Throttling*'],
  sourceIp: ['203.0.1.7', '203.0.2.*', 'cloudformation.amazonaws.com'],
  userAgent: ['AWS Internal', 'aws-cli/*', '*prompt=off'],
  readOnly: ['true', 'false'],
  account: accounts,
  region: ['eu-west-1', 'us-*'],
}

/** `bytes` may be any kind of byte array. */
const plain = (event: FoundEvent): object => ({ ...event, bytes: Buffer.from(event.bytes).toString('latin1') })

const alive = new AbortController().signal

const plainPage = ({ entries, last }: EntryPage): object => ({
  entries: Buffer.from(entries).toString(),
  last: last && { timeMs: last.timeMs, position: last.position },
})

const fieldCondition = fc.constantFrom(...Object.entries(values)).chain(([field, options]) =>
  fc.record({
    field: fc.constant(field),
    not: fc.boolean(),
    test: fc.oneof(
      { weight: 5, arbitrary: fc.subarray([...options], { minLength: 1 }).map((is) => ({ is })) },
      { weight: 2, arbitrary: fc.constantFrom(...options).map((exactly) => ({ exactly })) },
      fc.constant({ exists: true }),
      fc.constantFrom(...options).map((text) => ({ contains: text.replaceAll('*', '') })),
    ),
  }),
)

const otherCondition = fc.constantFrom<object>(
  { field: 'sourceIp', within: '203.0.1.0/24' },
  { field: 'sourceIp', within: ['203.0.0.0/23', '2001:db8::/32'] },
  { field: 'sourceIp', within: '0.0.0.0/0', not: true },
  { field: 'requestParameters.roleName', is: 'role-1' },
  { field: 'requestParameters.roleName', exists: true },
  { field: 'requestParameters.roleName', exists: false },
  { field: 'requestParameters.maxResults', is: '100' },
  { field: 'requestParameters.maxResults', atLeast: 100, below: 500 },
  { field: 'requestParameters.filterSet.items.name', is: 'tag:3', not: true },
  { field: 'requestParameters.filterSet.items[0].name', contains: 'tag:1' },
  { field: 'userIdentity.sessionContext.sessionIssuer.userName', is: 'role-*' },
  { field: 'tlsDetails.tlsVersion', is: 'TLSv1.3' },
)

const lookup = fc
  .record({
    fields: fc.array(fieldCondition, { maxLength: 3 }),
    others: fc.array(otherCondition, { maxLength: 2 }),
    more: fc.record(
      {
        order: fc.constantFrom('newest', 'oldest'),
        limit: fc.integer({ min: 0, max: 200 }),
        since: fc.integer({ min: startMs - 10_000, max: startMs + 3_000_000 }),
        until: fc.integer({ min: startMs + 3_000_000, max: startMs + 9_000_000 }),
        accounts: fc.subarray(accounts, { minLength: 1 }),
        regions: fc.subarray(regions, { minLength: 1 }),
        categories: fc.subarray(['management', 'data', 'other'], { minLength: 1 }),
        groupBy: fc.subarray(['eventName', 'username', 'hour', 'requestParameters.roleName'], { minLength: 1 }),
        count: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ fields, others, more }) => ({
    ...more,
    where: [...fields.map(({ field, not, test }) => ({ field, not, ...test })), ...others],
  }))

describe('the index and a look at every event', () => {
  it(
    'give the same events in the same order, and the same counts',
    async () => {
      await fc.assert(
        fc.asyncProperty(lookup, async (body) => {
          const query = queryOf(body)
          const [found, expected] = [await collect(index, query), await collect(naive, query)]
          expect(found.events.map(({ position }) => position)).toEqual(expected.events.map(({ position }) => position))
          expect(found.events.map(plain)).toEqual(expected.events.map(plain))
          const { matched, returned, end, groups } = expected.summary
          expect(found.summary).toMatchObject({ matched, returned, end, groups })
        }),
        { numRuns: fullSize(250, 5_000) },
      )
    },
    fullSize(20_000, 900_000),
  )

  it(
    'give the same pages',
    async () => {
      await fc.assert(
        fc.asyncProperty(lookup, fc.integer({ min: 1, max: 70 }), async (body, eventsMax) => {
          const { groupBy: _, ...plain } = body
          const query = { ...queryOf({ ...plain, count: false }), eventsMax }
          const [first] = [await collect(naive, query)]
          const after = first.events.at(-1)
          if (after === undefined) return
          const [found, expected] = [await collect(index, query, { after }), await collect(naive, query, { after })]
          expect(found.events.map(({ position }) => position)).toEqual(expected.events.map(({ position }) => position))
          // Twice: what was shown once is kept.
          const search = { query, caller: 'test', after }
          const page = plainPage(await naive.page(search, alive))
          expect(plainPage(await index.page(search, alive))).toEqual(page)
          expect(plainPage(await index.page(search, alive))).toEqual(page)
        }),
        { numRuns: fullSize(100, 2_000) },
      )
    },
    fullSize(20_000, 900_000),
  )
})
