import { beforeAll, describe, expect, test } from 'vitest'
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

  async function call(name: string, input: object): Promise<Record<string, unknown>> {
    const answer = await cairn.send({
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
