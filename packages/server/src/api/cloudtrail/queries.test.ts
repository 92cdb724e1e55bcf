import { describe, expect, test, vi } from 'vitest'
import { account, createLakeCaller, failure, otherAccount } from './lake.fixture.ts'

type Caller = Awaited<ReturnType<typeof createLakeCaller>>

const unknownId = '00000000-0000-4000-8000-000000000000'

async function ended(cairn: Caller, QueryId: unknown, more: object = {}) {
  return vi.waitFor(
    async () => {
      const described = await cairn.call('DescribeQuery', { QueryId, ...more })
      expect(described.QueryStatus).toMatch(/FINISHED|FAILED|CANCELLED/)
      return described
    },
    { timeout: 20_000, interval: 20 },
  )
}

/** Calls are in the store a moment after they were answered. */
function until(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 50 })
}

async function world(flags: Readonly<Record<string, string>> = {}) {
  const cairn = await createLakeCaller(flags)
  const arn = await cairn.createStore('all')
  const id = arn.split('/').at(-1) ?? ''
  const start = async (QueryStatement: string, more: object = {}) =>
    cairn.call('StartQuery', { QueryStatement, ...more })
  return { ...cairn, arn, id, start }
}

test('a query is started, described, read and listed, and calls before it are in its store', async () => {
  await using cairn = await world()
  await cairn.call('ListTrails', {})
  const statement = `SELECT eventName, errorCode FROM ${cairn.id} WHERE eventName = '?'`
  await until(async () => {
    const { QueryId } = await cairn.start(statement, { QueryParameters: ['ListTrails'] })
    expect(await ended(cairn, QueryId)).toMatchObject({ QueryStatus: 'FINISHED', QueryString: statement })
    const { QueryResultRows } = await cairn.call('GetQueryResults', { QueryId })
    expect(QueryResultRows).toEqual([[{ eventName: 'ListTrails' }, { errorCode: '' }]])
    const { Queries } = await cairn.call('ListQueries', { EventDataStore: cairn.arn, QueryStatus: 'FINISHED' })
    expect(Queries).toContainEqual(expect.objectContaining({ QueryId, QueryStatus: 'FINISHED' }))
  })
}, 30_000)

test('a query that fails says why, without a word about files', async () => {
  await using cairn = await world()
  await until(async () => {
    const { QueryId } = await cairn.start(`SELECT CAST(eventName AS bigint) AS n FROM ${cairn.id}`)
    const described = await ended(cairn, QueryId)
    expect(described).toMatchObject({ QueryStatus: 'FAILED', ErrorMessage: expect.stringMatching(/Cannot cast/) })
    expect(String(described.ErrorMessage)).not.toMatch(/\/|tmp|ndjson|parquet/)
    const results = { QueryStatus: 'FAILED', QueryResultRows: [] }
    expect(await cairn.call('GetQueryResults', { QueryId })).toMatchObject(results)
  })
}, 30_000)

test('how many events matched is told of groups too, whatever of them comes out', async () => {
  await using cairn = await world()
  for (let n = 0; n < 3; n += 1) await cairn.call('ListTrails', {})
  const matched = async (rest: string) => {
    const { QueryId } = await cairn.start(`SELECT ${rest.replace('FROM', `FROM ${cairn.id}`)}`)
    const { QueryStatistics } = await ended(cairn, QueryId)
    const { QueryResultRows } = await cairn.call('GetQueryResults', { QueryId })
    return { QueryStatistics, rows: QueryResultRows }
  }
  const three = { QueryStatistics: expect.objectContaining({ EventsMatched: 3 }) }
  const named = "FROM WHERE eventName = 'ListTrails'"
  await until(async () => expect(await matched(`count(*) AS n ${named}`)).toEqual({ ...three, rows: [[{ n: '3' }]] }))
  expect(await matched(`eventID, count(*) AS n ${named} GROUP BY 1 ORDER BY 1 LIMIT 1`)).toEqual({
    ...three,
    rows: [[{ eventID: expect.any(String) }, { n: '1' }]],
  })
  expect(await matched(`eventID ${named}`)).toMatchObject(three)
  expect(await matched(`eventName, count(*) FROM WHERE eventName = 'x' GROUP BY 1`)).toEqual({
    QueryStatistics: expect.objectContaining({ EventsMatched: 0 }),
    rows: [],
  })
}, 30_000)

describe('StartQuery refuses with', () => {
  test.each([
    [{}, 'InvalidParameterException', /either/],
    [{ QueryAlias: 'dashboard' }, 'InvalidParameterException', /was not found/],
    [{ QueryStatement: 'DELETE FROM x' }, 'InvalidQueryStatementException', /line 1:1/],
    [{ QueryStatement: `SELECT 1 FROM ${unknownId}` }, 'InvalidQueryStatementException', /0000/],
    [{ DeliveryS3Uri: 's3://nothing-there/' }, 'S3BucketDoesNotExistException', /nothing-there/],
    [{ DeliveryS3Uri: `s3://results/${'x'.repeat(300)}` }, 'InvalidS3PrefixException', /longer/],
    [{ EventDataStoreOwnerAccountId: otherAccount }, 'EventDataStoreNotFoundException', /was not found/],
  ])('%j: %s', async (input, code, message) => {
    await using cairn = await world()
    const statement = 'QueryStatement' in input || 'QueryAlias' in input || Object.keys(input).length === 0
    const asked = statement ? input : { QueryStatement: `SELECT eventID FROM ${cairn.id}`, ...input }
    expect(await cairn.call('StartQuery', asked)).toEqual(failure(code, expect.stringMatching(message) as never))
  })

  test('InactiveEventDataStoreException, of a store that is pending deletion; so do the other calls', async () => {
    await using cairn = await world()
    const { QueryId } = await cairn.start(`SELECT eventID FROM ${cairn.id}`)
    await ended(cairn, QueryId)
    await cairn.call('DeleteEventDataStore', { EventDataStore: cairn.arn })
    const inactive = { __type: 'InactiveEventDataStoreException' }
    expect(await cairn.start(`SELECT eventID FROM ${cairn.id}`)).toMatchObject(inactive)
    expect(await cairn.call('DescribeQuery', { QueryId })).toMatchObject(inactive)
    expect(await cairn.call('GetQueryResults', { QueryId })).toMatchObject(inactive)
    expect(await cairn.call('ListQueries', { EventDataStore: cairn.arn })).toMatchObject(inactive)
  }, 30_000)
})

test('one account has ten queries at a time under the quotas of AWS', async () => {
  await using cairn = await world({ quotas: 'aws' })
  // Over no row at all the slow query would be quick.
  await until(async () => {
    const { QueryId } = await cairn.start(`SELECT eventID FROM ${cairn.id}`)
    await ended(cairn, QueryId)
    expect((await cairn.call('GetQueryResults', { QueryId })).QueryResultRows).not.toEqual([])
  })
  const many = 'UNNEST(sequence(1, 10000))'
  const slow = `SELECT count(*) FROM ${cairn.id} a, ${many} t (x), ${many} u (y), ${many} v (z) WHERE x * y = z`
  const codes: unknown[] = []
  // The rate of the call itself is three a second.
  await vi.waitFor(
    async () => {
      const answer = await cairn.start(slow)
      codes.push(answer.__type ?? 'started')
      expect(answer.__type).toBe('MaxConcurrentQueriesException')
    },
    { timeout: 20_000, interval: 350 },
  )
  expect(codes.filter((code) => code === 'started')).toHaveLength(10)
}, 40_000)

describe('a query of another account', () => {
  const policy = (arn: string, ...actions: readonly string[]) => ({
    ResourceArn: arn,
    ResourcePolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${otherAccount}:root` },
          Action: actions.map((action) => `cloudtrail:${action}`),
          Resource: arn,
        },
      ],
    }),
  })

  test('is as the policy of the store says', async () => {
    await using cairn = await world()
    const foreign = { credentials: cairn.other }
    const statement = { QueryStatement: `SELECT count(*) FROM ${cairn.id}`, EventDataStoreOwnerAccountId: account }
    expect(await cairn.call('StartQuery', statement, foreign)).toMatchObject({ __type: 'AccessDeniedException' })
    await cairn.call('PutResourcePolicy', policy(cairn.arn, 'StartQuery', 'DescribeQuery'))
    const started = await cairn.call('StartQuery', statement, foreign)
    expect(started).toEqual({ QueryId: expect.any(String), EventDataStoreOwnerAccountId: account })
    const { QueryId } = started
    const owned = { QueryId, EventDataStoreOwnerAccountId: account }
    expect(await cairn.call('DescribeQuery', owned, foreign)).toMatchObject({ QueryId })
    expect(await cairn.call('GetQueryResults', owned, foreign)).toMatchObject({ __type: 'AccessDeniedException' })
    expect(await cairn.call('DescribeQuery', { QueryId }, foreign)).toMatchObject({
      __type: 'QueryIdNotFoundException',
    })
    expect(await ended(cairn, QueryId)).toMatchObject({ QueryStatus: 'FINISHED' })
  }, 30_000)

  test('that was started without the owner of the store is listed to those who started it', async () => {
    await using cairn = await world()
    const foreign = { credentials: cairn.other }
    await cairn.call('PutResourcePolicy', policy(cairn.arn, 'StartQuery', 'DescribeQuery', 'ListQueries'))
    const { QueryId } = await cairn.call('StartQuery', { QueryStatement: `SELECT count(*) FROM ${cairn.id}` }, foreign)
    const listed = (options?: typeof foreign) => cairn.call('ListQueries', { EventDataStore: cairn.arn }, options)
    expect(await listed(foreign)).toMatchObject({ Queries: [{ QueryId }] })
    expect(await cairn.call('DescribeQuery', { QueryId }, foreign)).toMatchObject({ QueryId })
    expect(await listed()).toMatchObject({ Queries: [] })
  }, 30_000)
})

test('a token is of one query and one caller, and CancelQuery of a query that runs', async () => {
  await using cairn = await world()
  const { QueryId } = await cairn.start(
    `SELECT x FROM (SELECT count(*) AS n FROM ${cairn.id}) a CROSS JOIN UNNEST(sequence(1, 5)) t (x)`,
  )
  await ended(cairn, QueryId)
  const page = await cairn.call('GetQueryResults', { QueryId, MaxQueryResults: 2 })
  expect(page).toMatchObject({
    QueryResultRows: [[{ x: '1' }], [{ x: '2' }]],
    QueryStatistics: { TotalResultsCount: 5 },
  })
  const { NextToken } = page
  expect(await cairn.call('GetQueryResults', { QueryId, NextToken })).toMatchObject({
    QueryStatistics: { ResultsCount: 3 },
  })
  const other = await cairn.start(`SELECT eventID FROM ${cairn.id}`)
  await ended(cairn, other.QueryId)
  const stolen = { QueryId: other.QueryId, NextToken }
  expect(await cairn.call('GetQueryResults', stolen)).toMatchObject({ __type: 'InvalidNextTokenException' })
  expect(await cairn.call('CancelQuery', { QueryId })).toMatchObject({ __type: 'InactiveQueryException' })
  expect(await cairn.call('CancelQuery', { QueryId: unknownId })).toMatchObject({ __type: 'QueryIdNotFoundException' })
  expect(await cairn.call('ListQueries', { EventDataStore: cairn.arn, StartTime: 2, EndTime: 1 })).toMatchObject({
    __type: 'InvalidDateRangeException',
  })
}, 30_000)

describe('imports', () => {
  const source = {
    S3: {
      S3LocationUri: 's3://logs/',
      S3BucketRegion: 'us-east-1',
      S3BucketAccessRoleArn: 'arn:aws:iam::123456789012:role/none',
    },
  }

  test.each([
    [{}, 'InvalidParameterException'],
    [{ ImportId: unknownId }, 'ImportNotFoundException'],
    [{ ImportSource: source, Destinations: [unknownId] }, 'EventDataStoreNotFoundException'],
    [{ ImportSource: source, Destinations: ['all'] }, 'EventDataStoreARNInvalidException'],
  ])('StartImport refuses %j with %s', async (input, code) => {
    await using cairn = await world()
    expect(await cairn.call('StartImport', input)).toMatchObject({ __type: code })
  })

  test('StartImport refuses a source that is not there, a store of other events, and times that end before they begin', async () => {
    await using cairn = await world()
    const into = (arn: string, more: object = {}) =>
      cairn.call('StartImport', { ImportSource: source, Destinations: [arn], ...more })
    expect(await into(cairn.arn)).toMatchObject({ __type: 'InvalidImportSourceException' })
    const times = { StartEventTime: 2, EndEventTime: 1 }
    expect(await into(cairn.arn, times)).toMatchObject({ __type: 'InvalidParameterException' })
    const AdvancedEventSelectors = [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['ActivityAuditLog'] }] }]
    const outside = await cairn.createStore('outside', { AdvancedEventSelectors, MultiRegionEnabled: false })
    expect(await into(outside)).toMatchObject({ __type: 'InvalidEventDataStoreCategoryException' })
  })

  test('what is not there is not found, and has no failures', async () => {
    await using cairn = await world()
    const missing = { ImportId: unknownId }
    expect(await cairn.call('GetImport', missing)).toMatchObject({ __type: 'ImportNotFoundException' })
    expect(await cairn.call('StopImport', missing)).toMatchObject({ __type: 'ImportNotFoundException' })
    expect(await cairn.call('ListImportFailures', missing)).toEqual({ Failures: [] })
    expect(await cairn.call('ListImports', {})).toEqual({ Imports: [] })
    expect(await cairn.call('ListImports', { NextToken: 'xxxx' })).toMatchObject({
      __type: 'InvalidNextTokenException',
    })
  })
})
