import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { filesBelow, realData } from '@cairn/testkit'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

/** Athena's habits over a trail's bucket of real log files: boto3 asks, and a reading without us says what is right. */

const { aws2, python } = clients()
const data = realData()
const canRun = aws2.kind === 'present' && python.kind === 'present' && data !== undefined
const account = '123456789012'

interface RealRecord {
  readonly [member: string]: unknown
  readonly eventName: string
  readonly eventTime: string
  readonly eventSource: string
  readonly awsRegion: string
  readonly errorCode?: string
  readonly sourceIPAddress?: string
  readonly readOnly?: boolean
  readonly requestParameters?: Readonly<Record<string, unknown>> | null
  readonly resources?: readonly { readonly ARN?: string; readonly arn?: string }[]
  readonly userIdentity: {
    readonly type?: string
    readonly arn?: string
    readonly userName?: string
    readonly sessionContext?: { readonly sessionIssuer?: { readonly arn?: string; readonly userName?: string } }
  }
}

type Rows = readonly (readonly (string | null)[])[]

/** Rows that a statement should give, in any order. */
interface Asked {
  readonly sql: string
  readonly rows: (records: readonly RealRecord[]) => Rows
}

const counted = (records: readonly RealRecord[], of: (record: RealRecord) => string | null | undefined): Rows => {
  const counts = new Map<string | null, number>()
  for (const record of records) counts.set(of(record) ?? null, (counts.get(of(record) ?? null) ?? 0) + 1)
  return [...counts].map(([value, n]) => [value, String(n)])
}
const number = (count: number): Rows => [[String(count)]]
const day = (record: RealRecord) => record.eventTime.slice(0, 10)

/** What people ask of CloudTrail in Athena, in the forms in which they ask it. */
const asked: readonly Asked[] = [
  {
    sql: 'SELECT eventname, count(*) FROM cloudtrail_logs GROUP BY eventname',
    rows: (all) => counted(all, ({ eventName }) => eventName),
  },
  {
    sql: 'SELECT useridentity.type, count(*) AS calls FROM cloudtrail_logs GROUP BY useridentity.type',
    rows: (all) => counted(all, ({ userIdentity }) => userIdentity.type),
  },
  {
    sql: `SELECT eventsource, count(*) FROM cloudtrail_logs WHERE errorcode IS NOT NULL GROUP BY eventsource`,
    rows: (all) =>
      counted(
        all.filter(({ errorCode }) => errorCode !== undefined),
        ({ eventSource }) => eventSource,
      ),
  },
  {
    sql: `SELECT errorcode, count(*) FROM cloudtrail_logs WHERE errorcode IN ('AccessDenied', 'Client.UnauthorizedOperation') GROUP BY 1`,
    rows: (all) =>
      counted(
        all.filter(({ errorCode = '' }) => /^(AccessDenied|Client.UnauthorizedOperation)$/.test(errorCode)),
        ({ errorCode }) => errorCode,
      ),
  },
  {
    sql: `SELECT count(*) FROM cloudtrail_logs WHERE eventtime >= '2023-07-10T00:00:00Z' AND eventtime < '2023-07-11T00:00:00Z'`,
    rows: (all) => number(all.filter((record) => day(record) === '2023-07-10').length),
  },
  {
    sql: `SELECT substr(eventtime, 1, 10) AS day, count(*) FROM cloudtrail_logs GROUP BY 1`,
    rows: (all) => counted(all, day),
  },
  {
    sql: `SELECT date(from_iso8601_timestamp(eventtime)), count(*) FROM cloudtrail_logs GROUP BY 1`,
    rows: (all) => counted(all, day),
  },
  {
    sql: `SELECT useridentity.arn, count(eventid) FROM cloudtrail_logs WHERE eventsource = 's3.amazonaws.com' GROUP BY useridentity.arn`,
    rows: (all) =>
      counted(
        all.filter(({ eventSource }) => eventSource === 's3.amazonaws.com'),
        ({ userIdentity }) => userIdentity.arn,
      ),
  },
  {
    sql: `SELECT json_extract_scalar(requestparameters, '$.bucketName') AS bucket, count(*) FROM cloudtrail_logs WHERE eventsource = 's3.amazonaws.com' GROUP BY 1`,
    rows: (all) =>
      counted(
        all.filter(({ eventSource }) => eventSource === 's3.amazonaws.com'),
        ({ requestParameters }) => requestParameters?.bucketName as string | undefined,
      ),
  },
  {
    sql: `SELECT json_extract_scalar(requestparameters, '$.roleArn'), count(*) FROM cloudtrail_logs WHERE eventname = 'AssumeRole' GROUP BY 1`,
    rows: (all) =>
      counted(
        all.filter(({ eventName }) => eventName === 'AssumeRole'),
        ({ requestParameters }) => requestParameters?.roleArn as string | undefined,
      ),
  },
  {
    sql: `SELECT useridentity.sessioncontext.sessionissuer.username, count(*) FROM cloudtrail_logs WHERE useridentity.sessioncontext.sessionissuer.arn IS NOT NULL GROUP BY 1`,
    rows: (all) =>
      counted(
        all.filter(({ userIdentity }) => userIdentity.sessionContext?.sessionIssuer?.arn !== undefined),
        ({ userIdentity }) => userIdentity.sessionContext?.sessionIssuer?.userName,
      ),
  },
  {
    sql: `SELECT count(DISTINCT sourceipaddress) FROM cloudtrail_logs`,
    rows: (all) => number(new Set(all.flatMap(({ sourceIPAddress }) => sourceIPAddress ?? [])).size),
  },
  {
    sql: `SELECT count(*) FROM cloudtrail_logs WHERE readonly = 'false'`,
    rows: (all) => number(all.filter(({ readOnly }) => readOnly === false).length),
  },
  {
    sql: `SELECT region, count(*) FROM cloudtrail_logs WHERE year = '2023' GROUP BY region`,
    rows: (all) =>
      counted(
        all.filter(({ eventTime }) => eventTime.startsWith('2023')),
        ({ awsRegion }) => awsRegion,
      ),
  },
  {
    sql: `SELECT count(*) FROM cloudtrail_logs WHERE "timestamp" = '2023/07/10'`,
    rows: (all) => number(all.filter((record) => day(record) === '2023-07-10').length),
  },
  {
    sql: `SELECT eventname, min(eventtime), max(eventtime) FROM cloudtrail_logs WHERE eventname LIKE 'Delete%' GROUP BY eventname`,
    rows: (all) => {
      const times = Map.groupBy(
        all.filter(({ eventName }) => eventName.startsWith('Delete')),
        ({ eventName }) => eventName,
      )
      return [...times].map(([name, some]) => {
        const sorted = some.map(({ eventTime }) => eventTime).sort()
        return [name, sorted[0] ?? '', sorted.at(-1) ?? '']
      })
    },
  },
  {
    sql: `SELECT r.arn, count(*) FROM cloudtrail_logs CROSS JOIN UNNEST(resources) AS r (arn, owner, kind) GROUP BY r.arn`,
    rows: (all) => {
      const arns = all.flatMap(({ resources }) => resources ?? []).map(({ ARN, arn }) => ARN ?? arn ?? null)
      return [...Map.groupBy(arns, (arn) => arn)].map(([arn, some]) => [arn, String(some.length)])
    },
  },
  {
    sql: `WITH denied AS (SELECT useridentity.arn AS who FROM cloudtrail_logs WHERE errorcode LIKE '%Denied%') SELECT count(*), count(DISTINCT who) FROM denied`,
    rows: (all) => {
      const denied = all.filter(({ errorCode = '' }) => errorCode.includes('Denied'))
      return [
        [String(denied.length), String(new Set(denied.flatMap(({ userIdentity }) => userIdentity.arn ?? [])).size)],
      ]
    },
  },
  {
    sql: `SELECT CASE WHEN useridentity.type = 'Root' THEN 'root' ELSE 'other' END AS who, count(*) FROM "cloudtrail_logs" GROUP BY 1`,
    rows: (all) => counted(all, ({ userIdentity }) => (userIdentity.type === 'Root' ? 'root' : 'other')),
  },
  {
    sql: `SELECT eventname, count(*) FROM main.cloudtrail_logs WHERE eventsource = 'iam.amazonaws.com' AND eventname NOT LIKE 'Get%' AND eventname NOT LIKE 'List%' GROUP BY eventname`,
    rows: (all) =>
      counted(
        all.filter(
          ({ eventSource, eventName }) => eventSource === 'iam.amazonaws.com' && !/^(Get|List)/.test(eventName),
        ),
        ({ eventName }) => eventName,
      ),
  },
]

/** Asks all statements at once, as a notebook would; prints the rows of each, or why there are none. */
const script = `
import boto3, json, sys, time
athena = boto3.client('athena')
answers = []
for sql in json.load(sys.stdin if len(sys.argv) < 2 else open(sys.argv[1])):
    try:
        id = athena.start_query_execution(QueryString=sql, QueryExecutionContext={'Database': 'main'},
            ResultConfiguration={'OutputLocation': 's3://results/athena/'}, WorkGroup='primary')['QueryExecutionId']
        while True:
            execution = athena.get_query_execution(QueryExecutionId=id)['QueryExecution']
            if execution['Status']['State'] not in ('QUEUED', 'RUNNING'): break
            time.sleep(0.05)
        if execution['Status']['State'] != 'SUCCEEDED': raise Exception(execution['Status'])
        rows = []
        for page in athena.get_paginator('get_query_results').paginate(QueryExecutionId=id):
            rows += [[cell.get('VarCharValue') for cell in row['Data']] for row in page['ResultSet']['Rows']]
        answers.append({'id': id, 'rows': rows[1:], 'output': execution['ResultConfiguration']['OutputLocation']})
    except Exception as error:
        answers.append({'error': str(error)})
json.dump(answers, sys.stdout)
`

describe.skipIf(!canRun)('Athena (skipped without aws-cli 2, boto3 or the real data)', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let cairn: RunningCairn
  let records: readonly RealRecord[]

  async function run(client: typeof aws2, ...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await cairn.run(programOf(client), ...words)
    if (code !== 0) throw new RangeError(`${words.join(' ')}: ${stderr}`)
    return stdout
  }

  async function ask(statements: readonly string[]) {
    const file = join(folder.path, 'statements.json')
    writeFileSync(file, JSON.stringify(statements))
    writeFileSync(join(folder.path, 'ask.py'), script)
    const text = await run(python, join(folder.path, 'ask.py'), file)
    return JSON.parse(text) as readonly { readonly rows?: Rows; readonly error?: string; readonly output?: string }[]
  }

  beforeAll(async () => {
    folder = temporaryFolder()
    cairn = await startCairn({ dataDir: join(folder.path, 'data'), args: ['--account', account] })
    const files = filesBelow(data ?? '').filter((path) => /_CloudTrail_.*\.json\.gz$/.test(path))
    const upload = join(folder.path, 'upload')
    records = files.flatMap((path) => {
      const bytes = readFileSync(join(data ?? '', path))
      const [owner, , region, stamp = ''] = basename(path).split('_')
      const date = `${stamp.slice(0, 4)}/${stamp.slice(4, 6)}/${stamp.slice(6, 8)}`
      const place = join(upload, `AWSLogs/${owner}/CloudTrail/${region}/${date}`)
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, basename(path)), bytes)
      return (JSON.parse(gunzipSync(bytes).toString()) as { Records: RealRecord[] }).Records
    })
    for (const bucket of ['logs', 'results']) await run(aws2, 's3', 'mb', `s3://${bucket}`)
    await run(aws2, 's3', 'sync', upload, 's3://logs/')
    writeFileSync(join(folder.path, 'policy.json'), (await cairn.cairn('policy', 'bucket', 'logs')).stdout)
    await run(
      aws2,
      's3api',
      'put-bucket-policy',
      '--bucket',
      'logs',
      '--policy',
      `file://${join(folder.path, 'policy.json')}`,
    )
    await run(aws2, 'cloudtrail', 'create-trail', '--name', 'main', '--s3-bucket-name', 'logs')
  }, 120_000)

  afterAll(async () => {
    await cairn[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  test('answers twenty usual questions as an offline reading does', async () => {
    const answers = await ask(asked.map(({ sql }) => sql))
    const sorted = (rows: Rows = []) => rows.map((row) => JSON.stringify(row)).sort()
    for (const [at, { sql, rows }] of asked.entries()) {
      expect(answers[at]?.error, sql).toBeUndefined()
      expect(sorted(answers[at]?.rows), sql).toEqual(sorted(rows(records)))
    }
  }, 120_000)

  test('leaves CSV where it was asked to', async () => {
    const [answer] = await ask(['SELECT eventname, errorcode FROM cloudtrail_logs ORDER BY eventtime, eventid LIMIT 3'])
    const text = await run(aws2, 's3', 'cp', answer?.output ?? '', '-')
    const lines = (answer?.rows ?? []).map((row) => row.map((value) => (value === null ? '' : `"${value}"`)).join(','))
    expect(text.trimEnd().split('\n')).toEqual(['"eventname","errorcode"', ...lines])
  }, 60_000)

  test('takes the table of the AWS guide as naming the files below its location', async () => {
    const create = `CREATE EXTERNAL TABLE guide_logs (eventversion STRING, useridentity STRUCT<type: STRING>)
      PARTITIONED BY (region string, year string, month string, day string)
      ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
      STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
      LOCATION 's3://logs/AWSLogs/'`
    const [created, found] = await ask([create, 'SELECT count(*) FROM guide_logs'])
    expect(created?.error).toBeUndefined()
    expect(found?.rows).toEqual([[String(records.length)]])
  }, 60_000)

  test('has the history of the account as its default, under aws-cli', async () => {
    const { QueryExecutionId: id } = JSON.parse(
      await run(
        aws2,
        'athena',
        'start-query-execution',
        '--query-string',
        `SELECT count(*) AS n FROM cloudtrail_logs WHERE eventname = 'CreateTrail'`,
      ),
    )
    let state = ''
    while (!/SUCCEEDED|FAILED/.test(state)) {
      const { QueryExecution } = JSON.parse(
        await run(aws2, 'athena', 'get-query-execution', '--query-execution-id', id),
      )
      state = QueryExecution.Status.State
    }
    const { ResultSet } = JSON.parse(await run(aws2, 'athena', 'get-query-results', '--query-execution-id', id))
    expect(ResultSet.Rows).toEqual([{ Data: [{ VarCharValue: 'n' }] }, { Data: [{ VarCharValue: '1' }] }])
    const { QueryExecutionIds } = JSON.parse(await run(aws2, 'athena', 'list-query-executions'))
    expect(QueryExecutionIds[0]).toBe(id)
  }, 60_000)

  test('lists tables by a statement, under aws-cli, and leaves the list as text', async () => {
    const to = ['--result-configuration', 'OutputLocation=s3://results/lists/']
    const shown = ['athena', 'start-query-execution', '--query-string', 'SHOW TABLES', ...to]
    const { QueryExecutionId: id } = JSON.parse(await run(aws2, ...shown))
    const listed = await vi.waitFor(async () => run(aws2, 's3', 'cp', `s3://results/lists/${id}.txt`, '-'), {
      timeout: 30_000,
      interval: 500,
    })
    expect(listed.split('\n')).toContain('cloudtrail_logs')
    const { ResultSet } = JSON.parse(await run(aws2, 'athena', 'get-query-results', '--query-execution-id', id))
    expect(ResultSet.Rows).toContainEqual({ Data: [{ VarCharValue: 'cloudtrail_logs' }] })
    expect(ResultSet.Rows).not.toContainEqual({ Data: [{ VarCharValue: 'tab_name' }] })
  }, 60_000)
})
