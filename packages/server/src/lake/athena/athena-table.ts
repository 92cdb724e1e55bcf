import { defineCollection } from '../../ports/catalog.ts'

/** A table that CREATE EXTERNAL TABLE named: log files below a location, with the columns of the AWS guide's table. */
export interface AthenaTable {
  readonly account: string
  readonly region: string
  /** Lower case. */
  readonly database: string
  readonly name: string
  readonly bucket: string
  /** Key prefix; empty, or with a slash at its end. */
  readonly prefix: string
  readonly createdAtMs: number
}

/** Key: `<account>/<region>/<database>/<name>`. */
export const athenaTables = defineCollection<AthenaTable>('athena-table')

export function athenaTableKey({
  account,
  region,
  database,
  name,
}: Pick<AthenaTable, 'account' | 'region' | 'database' | 'name'>): string {
  return `${account}/${region}/${database}/${name}`
}

/** A database that CREATE DATABASE made, with no tables but those that are defined in it. */
export interface AthenaDatabase {
  readonly createdAtMs: number
}

/** Key: `<account>/<region>/<database>`. */
export const athenaDatabases = defineCollection<AthenaDatabase>('athena-database')

export function athenaDatabaseKey({ account, region, database }: Pick<AthenaTable, 'account' | 'region' | 'database'>) {
  return `${account}/${region}/${database}`
}
