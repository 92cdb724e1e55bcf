import {
  arrayOf,
  mapOf,
  type QueryStatement,
  rowOf,
  type SqlType,
  type TableSchema,
  type TableUse,
  varchar,
} from '@cairn/core/query'
import type { TableSnapshot } from '../tables/index.ts'
import { type SnapshotTable, snapshotRows } from './snapshot-table.ts'

/** A column as Athena's CloudTrail tables have it, out of the columns of an event data store. */
interface AthenaColumn {
  readonly type: SqlType
  /** What of the store's table it is made of. */
  readonly of: string
  /** The engine's text. */
  readonly text: string
}

const texts = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, varchar]))

const issuer = rowOf(texts('type', 'principalid', 'arn', 'accountid', 'username'))

const userIdentity = rowOf({
  ...texts('type', 'principalid', 'arn', 'accountid', 'invokedby', 'accesskeyid', 'username'),
  onbehalfof: rowOf(texts('userid', 'identitystorearn')),
  sessioncontext: rowOf({
    attributes: rowOf(texts('mfaauthenticated', 'creationdate')),
    sessionissuer: issuer,
    ec2roledelivery: varchar,
    webidfederationdata: rowOf({ federatedprovider: varchar, attributes: mapOf(varchar, varchar) }),
  }),
})

function plain(name: string): AthenaColumn {
  return { type: varchar, of: name, text: name }
}

/** Parts of the record that Athena's tables have as JSON text: taken from the record, whose spelling they keep. */
function json(member: string): AthenaColumn {
  const value = `json_extract(eventjson, '$.${member}')`
  return {
    type: varchar,
    of: 'eventjson',
    text: `CASE WHEN json_type(${value}) <> 'NULL' THEN CAST(${value} AS VARCHAR) END`,
  }
}

function flag(name: string): AthenaColumn {
  return { type: varchar, of: name, text: `CAST(${name} AS VARCHAR)` }
}

function time(format: string): AthenaColumn {
  return { type: varchar, of: 'eventtime', text: `strftime(eventtime, '${format}')` }
}

const isoFormat = '%Y-%m-%dT%H:%M:%SZ'

/**
 * By name, since Athena's structs have their fields in another order than the store's.
 *
 * @param paths those of the fields that are wanted; without, all
 */
function structText(type: SqlType, of: string, paths: readonly (readonly string[])[] = [[]]): string {
  if (type.kind !== 'row') return of
  const isWhole = paths.some((path) => path.length === 0)
  const wanted = type.fields.filter(({ name }) => isWhole || paths.some(([first]) => first === name))
  const fields = wanted.map((field) => {
    const name = field.name ?? ''
    const inner = `struct_extract(${of}, '${name}')`
    if (name === 'creationdate') return `${name} := strftime(${inner}, '${isoFormat}')`
    const below = paths.filter(([first]) => first === name).map(([, ...rest]) => rest)
    return `"${name}" := ${structText(field.type, inner, isWhole ? [[]] : below)}`
  })
  // What is read of it in parts is never asked whether it is there itself, and the engine would read all to tell.
  if (!isWhole) return `struct_pack(${fields.join(', ')})`
  return `CASE WHEN ${of} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`
}

const resource = rowOf(texts('arn', 'accountid', 'type'))
const addendum = rowOf(texts('reason', 'updatedfields', 'originalrequestid', 'originaleventid'))
const addendumText = ['reason', 'updatedFields', 'originalRequestID', 'originalEventID'].map(
  (name) => `${name.toLowerCase()} := addendum['${name}']`,
)

/** @source AWS Athena User Guide, "Query AWS CloudTrail logs": the columns of its table, and those it partitions by */
const columns: Readonly<Record<string, AthenaColumn>> = {
  eventversion: plain('eventversion'),
  useridentity: { type: userIdentity, of: 'useridentity', text: structText(userIdentity, 'useridentity') },
  eventtime: time(isoFormat),
  eventsource: plain('eventsource'),
  eventname: plain('eventname'),
  awsregion: plain('awsregion'),
  sourceipaddress: plain('sourceipaddress'),
  useragent: plain('useragent'),
  errorcode: plain('errorcode'),
  errormessage: plain('errormessage'),
  requestparameters: json('requestParameters'),
  responseelements: json('responseElements'),
  additionaleventdata: json('additionalEventData'),
  requestid: plain('requestid'),
  eventid: plain('eventid'),
  readonly: flag('readonly'),
  resources: {
    type: arrayOf(resource),
    of: 'resources',
    text: `list_transform(resources, lambda r: ${structText(resource, 'r')})`,
  },
  eventtype: plain('eventtype'),
  apiversion: plain('apiversion'),
  recipientaccountid: plain('recipientaccountid'),
  serviceeventdetails: json('serviceEventDetails'),
  sharedeventid: plain('sharedeventid'),
  vpcendpointid: plain('vpcendpointid'),
  vpcendpointaccountid: plain('vpcendpointaccountid'),
  eventcategory: plain('eventcategory'),
  addendum: {
    type: addendum,
    of: 'addendum',
    text: `CASE WHEN addendum IS NULL THEN NULL ELSE struct_pack(${addendumText.join(', ')}) END`,
  },
  sessioncredentialfromconsole: plain('sessioncredentialfromconsole'),
  edgedevicedetails: json('edgeDeviceDetails'),
  tlsdetails: {
    type: rowOf(texts('tlsversion', 'ciphersuite', 'clientprovidedhostheader')),
    of: 'tlsdetails',
    text: 'tlsdetails',
  },
}

const partitions: Readonly<Record<string, AthenaColumn>> = {
  account: plain('recipientaccountid'),
  region: plain('awsregion'),
  year: time('%Y'),
  month: time('%m'),
  day: time('%d'),
  timestamp: time('%Y/%m/%d'),
}

const all: Readonly<Record<string, AthenaColumn>> = { ...columns, ...partitions }

/**
 * The columns of `cloudtrail_logs` and of tables that CREATE EXTERNAL TABLE names. Partition columns come last, as in
 * Hive.
 */
export const athenaSchema: TableSchema = {
  columns: Object.entries(all).map(([name, { type }]) => ({ name, type })),
}

/** Names of those of its columns that tables are partitioned by. */
export const athenaPartitions: ReadonlySet<string> = new Set(Object.keys(partitions))

/** Events of a store or of files, as an Athena table. The snapshot is of the kind `events`. */
export function athenaTable(use: TableUse, snapshot: TableSnapshot): SnapshotTable {
  const wanted = use.columns.length === 0 ? ['eventversion'] : use.columns
  const made = wanted.flatMap((name) => {
    const column = all[name]
    if (column === undefined) return []
    const paths = use.fields[name]
    // Its fields have the names that they have in the store.
    const isNarrow = name === 'useridentity' && paths !== undefined
    return [{ ...column, name, ...(isNarrow && { text: structText(userIdentity, name, paths) }) }]
  })
  const of = [...new Set(made.map((column) => column.of))]
  const { useridentity } = use.fields
  const { source, ...rest } = snapshotRows(snapshot, of, use.eventTime, useridentity && { useridentity })
  const select = made.map(({ name, text }) => `${text} AS "${name}"`).join(', ')
  return { ...rest, table: { name: use.name, source: `SELECT ${select} FROM (${source})` } }
}

/** Columns of an event data store's table that an Athena statement reads. */
export function storeColumnsOf(statement: QueryStatement): readonly string[] {
  return [...new Set(statement.tables.flatMap((use) => use.columns.flatMap((name) => all[name]?.of ?? [])))]
}
