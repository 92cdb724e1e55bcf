import type { Credentials } from '@cairn/aws-kit/sigv4'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { createTestInstallation, textOf } from '../../http/installation.fixture.ts'

const CatalogName = 'AwsDataCatalog'

describe('what there is to ask', () => {
  let cairn: Awaited<ReturnType<typeof createTestInstallation>>
  beforeAll(async () => {
    cairn = await createTestInstallation()
    await cairn.send({ method: 'PUT', path: '/logs', service: 's3' })
    await cairn.call('CreateEventDataStore', { Name: 'Audit' })
    for (const QueryString of [
      'CREATE DATABASE mine',
      `CREATE EXTERNAL TABLE mine.old_logs (eventversion STRING)
        ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe' LOCATION 's3://logs/AWSLogs'`,
    ]) {
      await call('StartQueryExecution', { QueryString })
    }
    return () => cairn[Symbol.asyncDispose]()
  })

  async function call(name: string, input: object, credentials?: Credentials): Promise<Record<string, unknown>> {
    const answer = await cairn.send({
      ...(credentials && { credentials }),
      service: 'athena',
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonAthena.${name}` },
    })
    return JSON.parse((await textOf(answer)) || '{}')
  }

  test('is listed from the catalogue down to the columns', async () => {
    expect(await call('ListDataCatalogs', {})).toEqual({ DataCatalogsSummary: [{ CatalogName, Type: 'GLUE' }] })
    expect(await call('ListWorkGroups', {})).toMatchObject({ WorkGroups: [{ Name: 'primary', State: 'ENABLED' }] })
    const names = ['audit', 'default', 'mine']
    expect(await call('ListDatabases', { CatalogName })).toEqual({ DatabaseList: names.map((Name) => ({ Name })) })
    expect(await call('GetDatabase', { CatalogName: 'awsdatacatalog', DatabaseName: 'AUDIT' })).toEqual({
      Database: { Name: 'audit' },
    })
    const listed = await call('ListTableMetadata', { CatalogName, DatabaseName: 'mine' })
    expect(listed.TableMetadataList).toEqual([
      expect.objectContaining({
        Name: 'old_logs',
        TableType: 'EXTERNAL_TABLE',
        Parameters: { EXTERNAL: 'TRUE', location: 's3://logs/AWSLogs/' },
      }),
    ])
    const table = { CatalogName, DatabaseName: 'audit', TableName: 'CloudTrail_Logs' }
    expect(await call('GetTableMetadata', table)).toMatchObject({
      TableMetadata: {
        Name: 'cloudtrail_logs',
        TableType: 'VIRTUAL_VIEW',
        Columns: expect.arrayContaining([
          { Name: 'eventname', Type: 'string' },
          { Name: 'resources', Type: 'array<struct<arn:string,accountid:string,type:string>>' },
        ]),
        PartitionKeys: ['account', 'region', 'year', 'month', 'day', 'timestamp'].map((Name) => ({
          Name,
          Type: 'string',
        })),
      },
    })
  })

  test.each([
    ['SHOW DATABASES', 'database_name', ['audit', 'default', 'mine']],
    ["show schemas like '*u*t|mine';", 'database_name', ['audit', 'default', 'mine']],
    ['SHOW TABLES IN mine', 'tab_name', ['old_logs']],
    ["-- all\nSHOW TABLES FROM `Audit` 'cloud*'", 'tab_name', ['cloudtrail_logs']],
    ["SHOW TABLES IN mine 'x*'", 'tab_name', []],
  ])('is a statement, too: %s', async (QueryString, Name, names) => {
    const { QueryExecutionId } = await call('StartQueryExecution', { QueryString })
    await vi.waitFor(
      async () => {
        const { QueryExecution } = await call('GetQueryExecution', { QueryExecutionId })
        expect(QueryExecution).toMatchObject({
          StatementType: 'UTILITY',
          SubstatementType: Name === 'tab_name' ? 'SHOW_TABLES' : 'SHOW_DATABASES',
          Status: { State: 'SUCCEEDED' },
        })
      },
      { timeout: 20_000, interval: 50 },
    )
    expect(await call('GetQueryResults', { QueryExecutionId })).toMatchObject({
      ResultSet: {
        Rows: names.map((VarCharValue) => ({ Data: [{ VarCharValue }] })),
        ResultSetMetadata: { ColumnInfo: [{ Name, Type: 'varchar' }] },
      },
    })
  })

  test('of a database that is not there fails', async () => {
    const { QueryExecutionId } = await call('StartQueryExecution', { QueryString: 'SHOW TABLES IN nowhere' })
    await vi.waitFor(async () =>
      expect(await call('GetQueryExecution', { QueryExecutionId })).toMatchObject({
        QueryExecution: { Status: { State: 'FAILED', StateChangeReason: expect.stringContaining('nowhere') } },
      }),
    )
  })

  /** Calls as a user that may do nothing but these actions. */
  async function createUser(UserName: string) {
    const iam = async (Action: string, input: Readonly<Record<string, string>>) => {
      const body = new URLSearchParams({ Action, Version: '2010-05-08', UserName, ...input }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return textOf(await cairn.send({ service: 'iam', body, headers }))
    }
    await iam('CreateUser', {})
    const key = await iam('CreateAccessKey', {})
    const part = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(key)?.[1] ?? ''
    const credentials = { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey') }
    return async (name: string, input: object, ...actions: readonly string[]) => {
      const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }]
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
      await iam('PutUserPolicy', { PolicyName: 'may', PolicyDocument })
      return call(name, input, credentials)
    }
  }

  test('is told to nobody who may not list it', async () => {
    const asUser = await createUser('asks')
    const ask = (...actions: readonly string[]) =>
      asUser('StartQueryExecution', { QueryString: 'SHOW TABLES IN audit' }, ...actions)
    const start = 'athena:StartQueryExecution'
    expect(await ask(start)).toMatchObject({ __type: 'AccessDeniedException' })
    expect(await ask(start, 'athena:ListDatabases')).toMatchObject({ __type: 'AccessDeniedException' })
    expect(await ask(start, 'athena:ListTableMetadata')).toHaveProperty('QueryExecutionId')
  })

  test('answers rows of a result to who may read its file', async () => {
    const { QueryExecutionId } = await call('StartQueryExecution', {
      QueryString: 'SELECT 1 AS one',
      ResultConfiguration: { OutputLocation: 's3://logs/results/' },
    })
    await vi.waitFor(
      async () => expect(await call('GetQueryResults', { QueryExecutionId })).toHaveProperty('ResultSet'),
      { timeout: 20_000, interval: 20 },
    )
    const asUser = await createUser('reads')
    const read = (...actions: readonly string[]) => asUser('GetQueryResults', { QueryExecutionId }, ...actions)
    expect(await read('athena:*')).toMatchObject({ __type: 'AccessDeniedException' })
    expect(await read('athena:*', 's3:GetObject')).toHaveProperty('ResultSet')
  })

  test('is listed by pages and by pattern', async () => {
    const first = await call('ListDatabases', { CatalogName, MaxResults: 2 })
    expect(first.DatabaseList).toEqual([{ Name: 'audit' }, { Name: 'default' }])
    const { NextToken } = first
    expect(await call('ListDatabases', { CatalogName, NextToken })).toEqual({ DatabaseList: [{ Name: 'mine' }] })
    const found = async (Expression: string) => {
      const { TableMetadataList } = await call('ListTableMetadata', { CatalogName, DatabaseName: 'mine', Expression })
      return (TableMetadataList as readonly unknown[]).length
    }
    for (const pattern of ['*', 'OLD*', '*_logs', 'o*d*s', 'x|old_logs', 'old_logs'])
      expect(await found(pattern)).toBe(1)
    for (const pattern of ['old', 'logs*', '*old', 'old_logs*s', 'o*x*s', '(']) expect(await found(pattern)).toBe(0)
  })

  test.each([
    ['ListDatabases', { CatalogName: 'other' }, 'InvalidRequestException'],
    ['ListDatabases', { CatalogName, NextToken: 'x' }, 'InvalidRequestException'],
    ['GetDatabase', { CatalogName, DatabaseName: 'none' }, 'MetadataException'],
    ['ListTableMetadata', { CatalogName, DatabaseName: 'none' }, 'MetadataException'],
    ['GetTableMetadata', { CatalogName, DatabaseName: 'mine', TableName: 'none' }, 'MetadataException'],
  ])('%s of %j is refused with %s', async (name, input, code) => {
    expect(await call(name, input)).toMatchObject({ __type: code })
  })
})
