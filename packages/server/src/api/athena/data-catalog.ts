import type { SqlType } from '@cairn/core/query'
import { type Athena, athenaPartitions, athenaSchema, type NamedTable } from '../../lake/athena/index.ts'
import type { Database, TableMetadata } from '../generated/athena.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'

/** The only one. */
export const dataCatalogName = 'AwsDataCatalog'

export function checkDataCatalog(name: string, fail: Fail<'InvalidRequestException'>): void {
  if (name.toLowerCase() === dataCatalogName.toLowerCase()) return
  fail('InvalidRequestException', `Data catalog ${name} was not found`)
}

/** @source Service Authorization Reference, Athena: datacatalog */
export function dataCatalogAccess(
  action: string,
  { partition, region, account }: Call,
  name: string,
): readonly AccessRequest[] {
  return [{ action, resource: `arn:${partition}:athena:${region}:${account}:datacatalog/${name}` }]
}

/** The tables of a database of the caller. */
export function requireTables(
  { names }: Athena,
  database: string,
  { account, region }: Call,
  fail: Fail<'MetadataException'>,
): readonly NamedTable[] {
  requireDatabase({ names }, database, { account, region }, fail)
  return names.tables({ account, region, database })
}

export function requireDatabase(
  { names }: Pick<Athena, 'names'>,
  database: string,
  { account, region }: Pick<Call, 'account' | 'region'>,
  fail: Fail<'MetadataException'>,
): void {
  if (!names.hasDatabase({ account, region, database })) {
    fail('MetadataException', `EntityNotFoundException: Database ${database} not found.`)
  }
}

export function describeDatabase(name: string): Database {
  return { Name: name }
}

export function describeTable({ name, location, createdAtMs }: NamedTable): TableMetadata {
  const columns = athenaSchema.columns.map((column) => ({ Name: column.name, Type: hiveType(column.type) }))
  return {
    Name: name,
    CreateTime: createdAtMs,
    TableType: location === undefined ? 'VIRTUAL_VIEW' : 'EXTERNAL_TABLE',
    Columns: columns.filter(({ Name }) => !athenaPartitions.has(Name)),
    PartitionKeys: columns.filter(({ Name }) => athenaPartitions.has(Name)),
    Parameters: location === undefined ? {} : { EXTERNAL: 'TRUE', location },
  }
}

/** As Hive writes types: `array<struct<arn:string>>`. Athena's CloudTrail tables have no others. */
function hiveType(type: SqlType): string {
  switch (type.kind) {
    case 'array':
      return `array<${hiveType(type.element)}>`
    case 'map':
      return `map<${hiveType(type.key)},${hiveType(type.value)}>`
    case 'row':
      return `struct<${type.fields.map((field) => `${field.name}:${hiveType(field.type)}`).join(',')}>`
    default:
      return type.kind === 'varchar' ? 'string' : type.kind
  }
}
