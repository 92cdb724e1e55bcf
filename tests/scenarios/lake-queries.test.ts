import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { filesBelow, realData } from '@cairn/testkit'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Lake as its users know it: stock aws-cli 2, real log files, and counts made without us. */

const { aws2 } = clients()
const data = realData()
const canRun = aws2.kind === 'present' && data !== undefined
const account = '123456789012'

interface RealRecord {
  readonly eventID?: string
  readonly eventName?: string
  readonly eventTime?: string
  readonly userIdentity?: { readonly type?: string; readonly arn?: string }
}

describe.skipIf(!canRun)('a lake of real log files (skipped without aws-cli 2 or the real data)', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let cairn: RunningCairn
  let records: readonly RealRecord[]
  let storeArn: string

  async function aws(...words: readonly string[]): Promise<string> {
    const program = programOf(aws2)
    const { code, stdout, stderr } = await cairn.run(program, ...words)
    if (code !== 0) throw new RangeError(`aws ${words.join(' ')}: ${stderr}`)
    return stdout
  }
  const json = async <Answer>(...words: readonly string[]) => JSON.parse((await aws(...words)) || '{}') as Answer
  const refusal = (...words: readonly string[]) =>
    aws(...words).then(
      () => 'no refusal',
      (error: Error) => error.message,
    )

  async function until<Answer>(ask: () => Promise<Answer>, isDone: (answer: Answer) => boolean): Promise<Answer> {
    for (;;) {
      const answer = await ask()
      if (isDone(answer)) return answer
      await sleep(100)
    }
  }

  interface Described {
    readonly QueryStatus: string
    readonly ErrorMessage?: string
    readonly DeliveryStatus?: string
    readonly QueryStatistics: Readonly<Record<string, number>>
  }

  async function query(statement: string, ...more: readonly string[]) {
    const { QueryId } = await json<{ QueryId: string }>(
      'cloudtrail',
      'start-query',
      '--query-statement',
      statement,
      ...more,
    )
    const described = await until(
      () => json<Described>('cloudtrail', 'describe-query', '--query-id', QueryId),
      ({ QueryStatus, DeliveryStatus }) => !/QUEUED|RUNNING/.test(QueryStatus) && DeliveryStatus !== 'PENDING',
    )
    return { id: QueryId, ...described }
  }

  async function rows(id: string): Promise<readonly (readonly string[])[]> {
    const { QueryResultRows } = await json<{ QueryResultRows: readonly (readonly Record<string, string>[])[] }>(
      'cloudtrail',
      'get-query-results',
      '--query-id',
      id,
    )
    return QueryResultRows.map((row) => row.map((cell) => Object.values(cell)[0] ?? ''))
  }

  const storeId = () => basename(storeArn)

  beforeAll(async () => {
    folder = temporaryFolder()
    cairn = await startCairn({ dataDir: join(folder.path, 'data'), args: ['--account', account] })
    const files = filesBelow(data ?? '').filter((path) => /_CloudTrail_.*\.json\.gz$/.test(path))
    records = files.flatMap((path) => {
      const { Records } = JSON.parse(gunzipSync(readFileSync(join(data ?? '', path))).toString()) as {
        Records: RealRecord[]
      }
      return Records
    })
    await aws('s3', 'mb', 's3://logs')
    const upload = join(folder.path, 'upload')
    for (const path of files) {
      const [owner, , region, day] = basename(path).split('_')
      const date = `${day?.slice(0, 4)}/${day?.slice(4, 6)}/${day?.slice(6, 8)}`
      const place = join(upload, `AWSLogs/${owner}/CloudTrail/${region}/${date}`)
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, basename(path)), readFileSync(join(data ?? '', path)))
    }
    await aws('s3', 'sync', upload, 's3://logs/')
    const store = await json<{ EventDataStoreArn: string }>(
      'cloudtrail',
      'create-event-data-store',
      '--name',
      'all',
      '--multi-region-enabled',
      '--retention-period',
      '3653',
    )
    storeArn = store.EventDataStoreArn
    for (const document of ['trust', 'permissions']) {
      const { stdout } = await cairn.cairn('policy', 'import-role', 'logs', `--${document}`)
      writeFileSync(join(folder.path, `${document}.json`), stdout)
    }
    const file = (name: string) => `file://${join(folder.path, name)}`
    await aws('iam', 'create-role', '--role-name', 'import', '--assume-role-policy-document', file('trust.json'))
    const policy = ['--policy-name', 'import', '--policy-document', file('permissions.json')]
    await aws('iam', 'put-role-policy', '--role-name', 'import', ...policy)
  }, 120_000)

  afterAll(async () => {
    await cairn[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  const source = (uri: string, role = 'import') =>
    `S3={S3LocationUri=${uri},S3BucketRegion=us-east-1,S3BucketAccessRoleArn=arn:aws:iam::${account}:role/${role}}`

  interface Imported {
    readonly ImportId: string
    readonly ImportStatus: string
    readonly ImportStatistics: Readonly<Record<string, number>>
  }

  async function importFrom(uri: string): Promise<Imported> {
    const { ImportId } = await json<Imported>(
      'cloudtrail',
      'start-import',
      '--destinations',
      storeArn,
      '--import-source',
      source(uri),
    )
    return until(
      () => json<Imported>('cloudtrail', 'get-import', '--import-id', ImportId),
      ({ ImportStatus }) => /COMPLETED|FAILED/.test(ImportStatus),
    )
  }

  /** Distinct by id and content, as the store holds them. */
  const distinct = () => [...new Map(records.map((record) => [JSON.stringify(record), record])).values()]

  test('takes them in once, and counts', async () => {
    const first = await importFrom('s3://logs/AWSLogs/')
    expect(first).toMatchObject({
      ImportStatus: 'COMPLETED',
      ImportStatistics: { FailedEntries: 0, EventsCompleted: distinct().length },
    })
    const again = await importFrom('s3://logs/AWSLogs/')
    expect(again).toMatchObject({ ImportStatus: 'COMPLETED', ImportStatistics: { EventsCompleted: 0 } })
    const { Imports } = await json<{ Imports: readonly Imported[] }>('cloudtrail', 'list-imports')
    expect(Imports.map(({ ImportId }) => ImportId)).toEqual([again.ImportId, first.ImportId])
    expect(
      await refusal(
        'cloudtrail',
        'start-import',
        '--destinations',
        storeArn,
        '--import-source',
        source('s3://logs/', 'none'),
      ),
    ).toMatch(/InvalidImportSourceException.*role.*does not exist/s)
  }, 120_000)

  test('answers what an offline count says', async () => {
    const counts = new Map<string, number>()
    for (const { eventName = '', eventTime = '' } of distinct()) {
      if (eventTime > '2023-07-10T00:00:00Z') counts.set(eventName, (counts.get(eventName) ?? 0) + 1)
    }
    const expected = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 10)
    const { id, QueryStatus, QueryStatistics } = await query(
      `SELECT eventName, count(*) AS n FROM ${storeId()} WHERE eventTime > '2023-07-10 00:00:00' GROUP BY eventName ORDER BY n DESC, eventName LIMIT 10`,
    )
    expect(QueryStatus).toBe('FINISHED')
    expect(await rows(id)).toEqual(expected.map(([name, n]) => [name, String(n)]))
    expect(QueryStatistics.EventsScanned).toBeGreaterThanOrEqual(10)
    expect(QueryStatistics.BytesScanned).toBeGreaterThan(0)
    const { Queries } = await json<{ Queries: readonly { QueryId: string }[] }>(
      'cloudtrail',
      'list-queries',
      '--event-data-store',
      storeArn,
    )
    expect(Queries.map(({ QueryId }) => QueryId)).toContain(id)
  }, 60_000)

  test('gives pages by tokens that nobody else can use', async () => {
    const { id } = await query(`SELECT eventID FROM ${storeId()} WHERE eventTime < timestamp '2026-01-01 00:00:00'`)
    interface Page {
      readonly NextToken?: string
      readonly QueryResultRows: readonly unknown[]
      readonly QueryStatistics: { readonly TotalResultsCount: number }
    }
    const page = (...more: readonly string[]) =>
      json<Page>('cloudtrail', 'get-query-results', '--query-id', id, '--max-query-results', '1000', ...more)
    let seen = 0
    let answer = await page()
    expect(answer.QueryStatistics.TotalResultsCount).toBe(distinct().length)
    for (;;) {
      seen += answer.QueryResultRows.length
      if (answer.NextToken === undefined) break
      answer = await page('--next-token', answer.NextToken)
    }
    expect(seen).toBe(distinct().length)
    expect(await refusal('cloudtrail', 'get-query-results', '--query-id', id, '--next-token', 'x'.repeat(40))).toMatch(
      /InvalidNextTokenException/,
    )
  }, 60_000)

  test('refuses what is no query, and says where', async () => {
    const start = (statement: string) => refusal('cloudtrail', 'start-query', '--query-statement', statement)
    expect(await start(`SELEC eventName FROM ${storeId()}`)).toMatch(/InvalidQueryStatementException.*line 1:1/s)
    expect(await start(`SELECT nothing FROM ${storeId()}`)).toMatch(/InvalidQueryStatementException.*nothing/s)
    expect(await start('SELECT 1 FROM 00000000-0000-0000-0000-000000000000')).toMatch(/InvalidQueryStatementException/)
  }, 60_000)

  test('delivers a result that aws verify-query-results believes until a byte of it changes', async () => {
    await aws('s3', 'mb', 's3://results')
    const statement = `SELECT eventName, eventTime, userIdentity.arn FROM ${storeId()} ORDER BY eventTime LIMIT 500`
    const to = ['--delivery-s3-uri', 's3://results/saved/']
    expect(await refusal('cloudtrail', 'start-query', '--query-statement', statement, ...to)).toMatch(
      /InsufficientS3BucketPolicyException/,
    )
    const { stdout } = await cairn.cairn('policy', 'query-results', 'results')
    writeFileSync(join(folder.path, 'results.json'), stdout)
    await aws(
      's3api',
      'put-bucket-policy',
      '--bucket',
      'results',
      '--policy',
      `file://${join(folder.path, 'results.json')}`,
    )
    const { id, DeliveryStatus } = await query(statement, ...to)
    expect(DeliveryStatus).toBe('SUCCESS')
    const listed = (await aws('s3', 'ls', '--recursive', 's3://results/')).trim().split('\n')
    const keys = listed.map((line) => line.split(/\s+/)[3] ?? '')
    expect(keys).toEqual([
      expect.stringMatching(
        new RegExp(`^saved/AWSLogs/${account}/CloudTrail-Lake/Query/\\d{4}/\\d\\d/\\d\\d/${id}/result_1.csv.gz$`),
      ),
      expect.stringMatching(/result_sign.json$/),
    ])
    const prefix = (keys[0] ?? '').slice(0, -'result_1.csv.gz'.length)
    const verify = ['cloudtrail', 'verify-query-results', '--s3-bucket', 'results', '--s3-prefix', prefix]
    expect(await aws(...verify)).toMatch(/Successfully validated sign and query result files/)
    expect(await cairn.cairn('verify', 's3://results')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^1 of 1 results of queries .*\n\nEverything is as it was delivered.\ncairn: 0 findings\n$/,
      ),
    })
    const copy = join(folder.path, 'result_1.csv.gz')
    await aws('s3', 'cp', `s3://results/${keys[0]}`, copy)
    const text = gunzipSync(readFileSync(copy)).toString()
    expect(text.split('\n')[0]).toBe('"eventName","eventTime","arn"')
    writeFileSync(copy, gzipSync(text.replace('"eventName"', '"eventNames"')))
    await aws('s3', 'cp', copy, `s3://results/${keys[0]}`)
    expect(await refusal(...verify)).toMatch(/inconsistent hash value/)
    expect(await cairn.cairn('verify', 's3://results')).toMatchObject({
      code: 5,
      stdout: expect.stringMatching(/result_1/),
    })
  }, 120_000)

  test('answers on the command line as it does to aws, and in every form', async () => {
    const statement = "SELECT eventName, count(*) AS n FROM $EDS_ID WHERE eventTime < '2026-01-01' GROUP BY eventName"
    const sorted = 'ORDER BY n DESC, eventName LIMIT 3'
    const { stdout: csv, stderr } = await cairn.cairn('query', '--csv', `${statement} ${sorted}`)
    const { id } = await query(`${statement.replace('$EDS_ID', storeId())} ${sorted}`)
    const answered = await rows(id)
    const lines = answered.map((row) => row.map((value) => `"${value}"`).join(','))
    expect(csv.trimEnd().split('\n')).toEqual(['"eventName","n"', ...lines])
    expect(stderr).toMatch(/^3 rows in /)
    const { stdout: json } = await cairn.cairn('query', '--store', 'all', '--json', `${statement} ${sorted}`)
    const objects = json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(objects).toEqual(answered.map(([eventName, n]) => ({ eventName, n: Number(n) })))
    const file = join(folder.path, 'result.parquet')
    expect((await cairn.cairn('query', '--parquet', file, `${statement} ${sorted}`)).code).toBe(0)
    expect(readFileSync(file).subarray(0, 4).toString()).toBe('PAR1')
    expect(await cairn.cairn('query', 'SELECT nothing FROM $EDS_ID')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Column 'nothing' cannot be resolved/),
    })
    expect((await cairn.cairn('query', `SELECT 1 AS n FROM $EDS_ID WHERE eventName = 'x y z'`)).code).toBe(3)
    // What a shell makes of $EDS_ID in double quotes.
    for (const unquoted of [['SELECT eventName FROM  LIMIT 1'], ['--store', 'all', 'SELECT 1 FROM x']]) {
      expect(await cairn.cairn('query', ...unquoted)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('single quotes'),
      })
    }
  }, 60_000)

  test('cancels a query that runs', async () => {
    const slow = `SELECT count(*) FROM ${storeId()} a, ${storeId()} b, ${storeId()} c WHERE a.eventID < b.eventID AND b.eventID < c.eventID`
    const { QueryId } = await json<{ QueryId: string }>('cloudtrail', 'start-query', '--query-statement', slow)
    const state = () => json<Described>('cloudtrail', 'describe-query', '--query-id', QueryId)
    await until(state, ({ QueryStatus }) => QueryStatus === 'RUNNING')
    const cancelled = await json<Described>('cloudtrail', 'cancel-query', '--query-id', QueryId)
    expect(cancelled.QueryStatus).toBe('CANCELLED')
    expect(await refusal('cloudtrail', 'cancel-query', '--query-id', QueryId)).toMatch(/InactiveQueryException/)
  }, 60_000)
})
