import { describe, expect, test, vi } from 'vitest'
import { createTestInstallation, textOf } from '../../http/installation.fixture.ts'

const unknownId = '00000000-0000-4000-8000-000000000000'
const refusal = (message: RegExp) => ({ __type: 'InvalidRequestException', Message: expect.stringMatching(message) })

/** Answers to Athena's calls as their bodies. */
async function createCaller() {
  const cairn = await createTestInstallation()
  const call = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const answer = await cairn.send({
      service: 'athena',
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonAthena.${name}` },
    })
    const { message, ...body } = JSON.parse((await textOf(answer)) || '{}')
    return message === undefined ? body : { Message: message, ...body }
  }
  const ended = (QueryExecutionId: unknown) =>
    vi.waitFor(
      async () => {
        const { QueryExecution } = await call('GetQueryExecution', { QueryExecutionId })
        expect(QueryExecution).toMatchObject({ Status: { State: expect.stringMatching(/SUCCEEDED|FAILED|CANCELLED/) } })
        return QueryExecution
      },
      { timeout: 20_000, interval: 20 },
    )
  return { ...cairn, call, ended }
}

describe('StartQueryExecution refuses', () => {
  test.each([
    [{ QueryString: 'SELEC 1' }, /line 1:1/],
    [
      { QueryString: 'SHOW COLUMNS IN cloudtrail_logs' },
      /line 1:1: SHOW is not supported .*: ListDatabases, ListTableMetadata and/,
    ],
    [{ QueryString: '-- what is in it\nDESCRIBE cloudtrail_logs' }, /DESCRIBE is not supported .*GetTableMetadata/],
    [{ QueryString: 'explain SELECT 1' }, /EXPLAIN is not supported by this installation/],
    [{ QueryString: 'SHOWN TABLES' }, /mismatched input 'SHOWN'/],
    [{ QueryString: 'DROP DATABASE x' }, /Only databases/],
    [{ QueryString: 'CREATE TABLE x AS SELECT 1' }, /Only databases/],
    [{ QueryString: 'SELECT 1', WorkGroup: 'mine' }, /WorkGroup mine is not found/],
    [{ QueryString: 'SELECT 1', ResultConfiguration: { OutputLocation: 's3://Not A Bucket/' } }, /not a valid S3 path/],
    [{ QueryString: 'SELECT 1', ResultConfiguration: { OutputLocation: 's3://no-such-bucket/' } }, /no-such-bucket/],
  ])('%j', async (input, message) => {
    await using cairn = await createCaller()
    expect(await cairn.call('StartQueryExecution', input)).toMatchObject(refusal(message))
  })
})

describe('an execution fails', () => {
  test.each([
    ['SELECT 1 FROM nothing', {}, "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.default.nothing' does not exist"],
    ['SELECT 1 FROM cloudtrail_logs', { Database: 'No' }, "SCHEMA_NOT_FOUND: line 1:15: Schema 'no' does not exist"],
    ['SELECT 1 FROM no.cloudtrail_logs', {}, "SCHEMA_NOT_FOUND: line 1:15: Schema 'no' does not exist"],
    ['SELECT 1 FROM cloudtrail_logs', { Catalog: 'x' }, "CATALOG_NOT_FOUND: line 1:15: Catalog 'x' does not exist"],
    ['SELECT nope FROM cloudtrail_logs', {}, "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved"],
    ['SELECT foo(1) FROM cloudtrail_logs', {}, "FUNCTION_NOT_FOUND: line 1:8: Function 'foo' not registered"],
    [
      'SELECT eventtime > 1 FROM cloudtrail_logs',
      {},
      'TYPE_MISMATCH: line 1:18: Cannot apply operator: varchar > integer',
    ],
    [
      "SELECT CAST('x' AS bigint) FROM (SELECT count(*) FROM cloudtrail_logs)",
      {},
      "INVALID_CAST_ARGUMENT: Cannot cast 'x' to BIGINT",
    ],
  ])(
    'that means nothing, or nothing there: %s in %j',
    async (QueryString, QueryExecutionContext, StateChangeReason) => {
      await using cairn = await createCaller()
      const { QueryExecutionId } = await cairn.call('StartQueryExecution', { QueryString, QueryExecutionContext })
      expect(await cairn.ended(QueryExecutionId)).toMatchObject({
        StatementType: 'DML',
        QueryExecutionContext,
        Status: { State: 'FAILED', StateChangeReason },
      })
      expect(await cairn.call('GetQueryResults', { QueryExecutionId })).toMatchObject(
        refusal(/has not yet finished\. Current state: FAILED/),
      )
    },
  )
})

test('databases and tables are made once, and a table is of its database', async () => {
  await using cairn = await createCaller()
  expect((await cairn.send({ method: 'PUT', path: '/logs', service: 's3' })).status).toBe(200)
  const run = async (QueryString: string, Database = 'default') => {
    const input = { QueryString, QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database } }
    const { QueryExecutionId } = await cairn.call('StartQueryExecution', input)
    return cairn.ended(QueryExecutionId)
  }
  const succeeded = { Status: { State: 'SUCCEEDED' } }
  const failed = (reason: RegExp) => ({ Status: { State: 'FAILED', StateChangeReason: expect.stringMatching(reason) } })
  const create = (name: string, bucket = 'logs') => `CREATE EXTERNAL TABLE ${name} (eventversion STRING)
    ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe' LOCATION 's3://${bucket}/AWSLogs/'`
  expect(await run(create('audit.t'))).toMatchObject(failed(/Database does not exist: audit/))
  expect(await run('CREATE DATABASE audit')).toMatchObject({
    ...succeeded,
    StatementType: 'DDL',
    SubstatementType: 'CREATE_DATABASE',
  })
  expect(await run('CREATE DATABASE audit')).toMatchObject(failed(/Database audit already exists/))
  expect(await run('CREATE DATABASE IF NOT EXISTS audit')).toMatchObject(succeeded)
  expect(await run(create('audit.t'))).toMatchObject({ ...succeeded, SubstatementType: 'CREATE_TABLE' })
  expect(await run(create('t'), 'audit')).toMatchObject(failed(/Table t already exists/))
  expect(await run(create('u', 'nowhere'), 'audit')).toMatchObject(failed(/nowhere/))
  expect(await run('SELECT * FROM t')).toMatchObject(failed(/TABLE_NOT_FOUND/))
  expect(await run('SELECT * FROM t', 'Audit')).toMatchObject(succeeded)
  const add = (place: string) =>
    `ALTER TABLE audit.t ADD PARTITION (region = 'us-east-1', year = '2026') LOCATION 's3://logs/${place}/CloudTrail/us-east-1/2026/'`
  expect(await run(add('AWSLogs/123456789012'))).toMatchObject({ ...succeeded, StatementType: 'DDL' })
  expect(await run(add('elsewhere'))).toMatchObject(failed(/NOT_SUPPORTED.*elsewhere/))
  expect(await run('MSCK REPAIR TABLE `audit`.`t`;')).toMatchObject(succeeded)
  expect(await run('MSCK REPAIR TABLE t')).toMatchObject(failed(/Table not found t/))
  const joined = 'SELECT count(*) FROM "AwsDataCatalog"."audit"."t" a, audit.t b, default.cloudtrail_logs c'
  expect(await run(joined)).toMatchObject(succeeded)
  expect(await run('DROP TABLE audit.t')).toMatchObject({ ...succeeded, SubstatementType: 'DROP_TABLE' })
  expect(await run('DROP TABLE audit.t')).toMatchObject(failed(/Table not found t/))
  expect(await run('DROP TABLE IF EXISTS audit.t')).toMatchObject(succeeded)
}, 60_000)

test('an execution over the history is described, read, listed and found with others', async () => {
  await using cairn = await createCaller()
  await cairn.call('GetWorkGroup', { WorkGroup: 'primary' })
  const statement = 'SELECT eventname, count(*) AS n FROM cloudtrail_logs WHERE eventname = ? GROUP BY eventname'
  const { QueryExecutionId } = await cairn.call('StartQueryExecution', {
    QueryString: statement,
    ExecutionParameters: ["'GetWorkGroup'"],
  })
  expect(await cairn.ended(QueryExecutionId)).toMatchObject({
    Query: statement,
    StatementType: 'DML',
    WorkGroup: 'primary',
    Status: { State: 'SUCCEEDED' },
  })
  expect(await cairn.call('GetQueryResults', { QueryExecutionId })).toMatchObject({
    ResultSet: {
      Rows: [
        { Data: [{ VarCharValue: 'eventname' }, { VarCharValue: 'n' }] },
        { Data: [{ VarCharValue: 'GetWorkGroup' }, { VarCharValue: '1' }] },
      ],
      ResultSetMetadata: {
        ColumnInfo: [
          { Name: 'eventname', Type: 'varchar' },
          { Name: 'n', Type: 'bigint' },
        ],
      },
    },
  })
  expect(await cairn.call('ListQueryExecutions', {})).toEqual({ QueryExecutionIds: [QueryExecutionId] })
  const ids = [QueryExecutionId, unknownId]
  expect(await cairn.call('BatchGetQueryExecution', { QueryExecutionIds: ids })).toMatchObject({
    QueryExecutions: [{ QueryExecutionId }],
    UnprocessedQueryExecutionIds: [{ QueryExecutionId: unknownId }],
  })
  expect(await cairn.call('StopQueryExecution', { QueryExecutionId })).toEqual({})
  expect((await cairn.call('GetQueryExecution', { QueryExecutionId })).QueryExecution).toMatchObject({
    Status: { State: 'SUCCEEDED' },
  })
}, 30_000)

test('columns have the names of types that clients read values by', async () => {
  await using cairn = await createCaller()
  const { QueryExecutionId } = await cairn.call('StartQueryExecution', {
    QueryString: `SELECT now(), TIMESTAMP '2026-01-01 00:00:00', 1.5, ARRAY[now()], MAP(ARRAY['a'], ARRAY[1]), ROW(now())`,
  })
  await cairn.ended(QueryExecutionId)
  const types = ['timestamp with time zone', 'timestamp', 'decimal', 'array', 'map', 'row']
  expect(await cairn.call('GetQueryResults', { QueryExecutionId })).toMatchObject({
    ResultSet: { ResultSetMetadata: { ColumnInfo: types.map((Type) => ({ Type })) } },
  })
})

test('a call that comes again by its token starts nothing anew', async () => {
  await using cairn = await createCaller()
  const start = (ClientRequestToken: string, QueryString = 'SELECT 1') =>
    cairn.call('StartQueryExecution', { QueryString, ClientRequestToken })
  const [token, other] = ['a'.repeat(32), 'b'.repeat(32)]
  const [first, again] = await Promise.all([start(token), start(token)])
  expect(again).toEqual(first)
  expect(await start(token, 'SELECT 2')).toMatchObject(refusal(/Idempotent parameters do not match/))
  expect(await start(other)).not.toEqual(first)
  await cairn.ended(first.QueryExecutionId)
  expect(await start(token)).toEqual(first)
})

test('what Lake’s calls started is not here, and the other way round', async () => {
  await using cairn = await createCaller()
  const { QueryExecutionId } = await cairn.call('StartQueryExecution', { QueryString: 'SELECT 1 FROM cloudtrail_logs' })
  await cairn.ended(QueryExecutionId)
  const described = await cairn.call('GetQueryExecution', { QueryExecutionId: unknownId })
  expect(described).toMatchObject(refusal(/was not found/))
  const lake = await cairn.send({
    body: JSON.stringify({ QueryId: QueryExecutionId }),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'CloudTrail_20131101.DescribeQuery' },
  })
  expect(await textOf(lake)).toContain('QueryIdNotFoundException')
}, 30_000)

test('GetQueryResults waits for nobody, and its tokens are its own', async () => {
  await using cairn = await createCaller()
  const { QueryExecutionId } = await cairn.call('StartQueryExecution', {
    QueryString: 'SELECT x FROM (SELECT count(*) FROM cloudtrail_logs) CROSS JOIN UNNEST(sequence(1, 3)) AS t (x)',
  })
  expect(await cairn.call('GetQueryResults', { QueryExecutionId })).toMatchObject(refusal(/has not yet finished/))
  await cairn.ended(QueryExecutionId)
  const first = await cairn.call('GetQueryResults', { QueryExecutionId, MaxResults: 2 })
  expect(first).toMatchObject({ ResultSet: { Rows: [{}, { Data: [{ VarCharValue: '1' }] }] } })
  const { NextToken } = first
  expect(await cairn.call('GetQueryResults', { QueryExecutionId, NextToken })).toMatchObject({
    ResultSet: { Rows: [{ Data: [{ VarCharValue: '2' }] }, { Data: [{ VarCharValue: '3' }] }] },
  })
  const wrong = { QueryExecutionId, NextToken: `${NextToken}x` }
  expect(await cairn.call('GetQueryResults', wrong)).toMatchObject(refusal(/token/))
}, 30_000)
