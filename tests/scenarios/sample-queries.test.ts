import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  CloudTrailClient,
  CreateEventDataStoreCommand,
  GetImportCommand,
  GetQueryResultsCommand,
  StartImportCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudtrail'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type SampleQuery, sampleQueries } from '@cairn/core/query-samples'
import { filesBelow, fullSize, realData } from '@cairn/testkit'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Every sample of the catalogue runs on real log files. */

const data = realData()

describe.skipIf(data === undefined)('the sample queries (skipped without the real data)', () => {
  const folder = temporaryFolder()
  let cairn: RunningCairn
  let client: CloudTrailClient
  const stores = new Map<string, string>()

  beforeAll(async () => {
    cairn = await startCairn({ dataDir: join(folder.path, 'data') })
    const credentials = {
      accessKeyId: cairn.environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: cairn.environment.AWS_SECRET_ACCESS_KEY ?? '',
    }
    const options = { region: 'us-east-1', endpoint: cairn.endpoint, credentials }
    client = new CloudTrailClient(options)
    const categories = { events: 'Management', activity: 'ActivityAuditLog', insights: 'Insight' }
    for (const [kind, category] of Object.entries(categories)) {
      const selector = { FieldSelectors: [{ Field: 'eventCategory', Equals: [category] }] }
      const { EventDataStoreArn: arn = '' } = await client.send(
        new CreateEventDataStoreCommand({ Name: kind, RetentionPeriod: 3653, AdvancedEventSelectors: [selector] }),
      )
      stores.set(kind, arn)
    }
    await uploadRecords(new S3Client({ ...options, forcePathStyle: true }))
    await makeRole(new IAMClient(options))
    await importRecords()
  }, 60_000)

  afterAll(async () => {
    await cairn?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  /** All records of real log files in one file of a bucket. */
  async function uploadRecords(s3: S3Client): Promise<void> {
    const files = filesBelow(data ?? '').filter((path) => /_CloudTrail_.*\.json\.gz$/.test(path))
    const Records = files.flatMap((path) => {
      const text = gunzipSync(readFileSync(join(data ?? '', path))).toString()
      return (JSON.parse(text) as { Records: object[] }).Records
    })
    const Key = `AWSLogs/123456789012/CloudTrail/us-east-1/2023/07/10/${basename(files[0] ?? '')}`
    await s3.send(new CreateBucketCommand({ Bucket: 'logs' }))
    await s3.send(new PutObjectCommand({ Bucket: 'logs', Key, Body: gzipSync(JSON.stringify({ Records })) }))
  }

  async function makeRole(iam: IAMClient): Promise<void> {
    const document = async (name: string) => (await cairn.cairn('policy', 'import-role', 'logs', `--${name}`)).stdout
    const AssumeRolePolicyDocument = await document('trust')
    await iam.send(new CreateRoleCommand({ RoleName: 'import', AssumeRolePolicyDocument }))
    const PolicyDocument = await document('permissions')
    await iam.send(new PutRolePolicyCommand({ RoleName: 'import', PolicyName: 'import', PolicyDocument }))
  }

  async function importRecords(): Promise<void> {
    const { ImportId } = await client.send(
      new StartImportCommand({
        Destinations: [stores.get('events') ?? ''],
        ImportSource: {
          S3: {
            S3LocationUri: 's3://logs/AWSLogs/',
            S3BucketRegion: 'us-east-1',
            S3BucketAccessRoleArn: 'arn:aws:iam::123456789012:role/import',
          },
        },
      }),
    )
    for (;;) {
      const { ImportStatus } = await client.send(new GetImportCommand({ ImportId }))
      if (ImportStatus === 'COMPLETED') return
      if (ImportStatus === 'FAILED') throw new RangeError('the import failed')
      await sleep(100)
    }
  }

  /** The first row's values. */
  async function run(QueryStatement: string): Promise<readonly string[]> {
    const { QueryId } = await client.send(new StartQueryCommand({ QueryStatement }))
    for (;;) {
      const answer = await client.send(new GetQueryResultsCommand({ QueryId }))
      const { QueryStatus: status, QueryResultRows: [row = []] = [] } = answer
      if (status === 'FINISHED') return row.map((cell) => Object.values(cell)[0] ?? '')
      if (status !== 'QUEUED' && status !== 'RUNNING') throw new RangeError(`${status}: ${answer.ErrorMessage}`)
      await sleep(50)
    }
  }

  const statementOf = ({ sql, kind = 'events' }: SampleQuery) =>
    sql.replace('$EDS_ID', stores.get(kind)?.slice(-36) ?? '')

  /** How many rows each of them answers, without their bounds of time. One statement for many costs one engine. */
  async function countRows(samples: readonly SampleQuery[]): Promise<readonly number[]> {
    const counts = samples.map((sample, index) => {
      const wide = statementOf(sample).replaceAll(
        /date_add\('day', -\d+, now\(\)\)/g,
        "timestamp '2020-01-01 00:00:00'",
      )
      return `(SELECT count(*) FROM (${wide}) AS s${index}) AS c${index}`
    })
    return (await run(`SELECT ${counts.join(',\n')}`)).map(Number)
  }

  test('answer in the account of an attack, most of them with rows', { timeout: 120_000 }, async () => {
    const rows: number[] = []
    for (let at = 0; at < sampleQueries.length; at += samplesPerStatement) {
      rows.push(...(await countRows(sampleQueries.slice(at, at + samplesPerStatement))))
    }
    expect(rows).toHaveLength(sampleQueries.length)
    expect(rows.filter((count) => count > 0).length).toBeGreaterThanOrEqual(35)
  })

  const typed = sampleQueries.filter((_, index) => index % fullSize(20, 1) === 0)
  test.each(typed.map((sample) => [sample.name, sample] as const))('runs as typed: %s', async (_name, sample) => {
    await run(statementOf(sample))
  })
})

/** Statements have 10,000 characters at most. */
const samplesPerStatement = 14
