import {
  arrayOf,
  boolean,
  double,
  integer,
  mapOf,
  rowOf,
  type SqlType,
  type TableSchema,
  timestamp,
  varchar,
} from '../query/sql-type.ts'
import { storedType } from './column-type.ts'

/** What a table's rows are. */
export type LakeTableKind = 'events' | 'insights' | 'activity'

const textMap = mapOf(varchar, varchar)

/** A row type of text fields. */
function texts(...names: readonly string[]): Record<string, SqlType> {
  return Object.fromEntries(names.map((name) => [name, varchar]))
}

function table(columns: Readonly<Record<string, SqlType>>): TableSchema {
  return { columns: Object.entries(columns).map(([name, type]) => ({ name, type })) }
}

/** @quirk `credentiaisissuedto` is how the schema of event data stores spells `credentialsIssuedTo` */
const userIdentity = rowOf({
  ...texts('type', 'principalid', 'arn', 'accountid', 'accesskeyid', 'username'),
  sessioncontext: rowOf({
    attributes: rowOf({ creationdate: timestamp, mfaauthenticated: varchar }),
    sessionissuer: rowOf(texts('type', 'principalid', 'arn', 'accountid', 'username')),
    webidfederationdata: rowOf({ federatedprovider: varchar, attributes: textMap }),
    ...texts('sourceidentity', 'ec2roledelivery', 'ec2issuedinvpc'),
  }),
  onbehalfof: rowOf(texts('userid', 'identitystorearn')),
  inscopeof: rowOf(texts('sourcearn', 'sourceaccount', 'issuertype', 'credentiaisissuedto')),
  ...texts('invokedby', 'identityprovider'),
})

/** `eventcontext` is in no printed schema, only in documented queries; it stands behind the printed columns. */
const events = table({
  eventversion: varchar,
  useridentity: userIdentity,
  eventtime: timestamp,
  ...texts('eventsource', 'eventname', 'awsregion', 'sourceipaddress', 'useragent', 'errorcode', 'errormessage'),
  requestparameters: textMap,
  responseelements: textMap,
  additionaleventdata: textMap,
  ...texts('requestid', 'eventid'),
  readonly: boolean,
  resources: arrayOf(rowOf(texts('accountid', 'type', 'arn', 'arnprefix'))),
  ...texts('eventtype', 'apiversion'),
  managementevent: boolean,
  ...texts('recipientaccountid', 'sharedeventid', 'annotation', 'vpcendpointid', 'vpcendpointaccountid'),
  serviceeventdetails: textMap,
  addendum: textMap,
  edgedevicedetails: textMap,
  insightdetails: textMap,
  eventcategory: varchar,
  tlsdetails: rowOf(texts('tlsversion', 'ciphersuite', 'clientprovidedhostheader')),
  ...texts('sessioncredentialfromconsole', 'eventjson', 'eventjsonchecksum'),
  eventcontext: rowOf({
    requestcontext: textMap,
    tagcontext: rowOf({
      resourcetags: arrayOf(rowOf({ arn: varchar, tags: textMap })),
      principaltags: textMap,
    }),
  }),
})

const averaged = rowOf({ value: varchar, average: double })

/**
 * @quirk attributions are printed as one struct, and are an array of them in the records: one would lose all others
 */
const insights = table({
  ...texts('eventversion', 'eventcategory', 'eventtype', 'eventid'),
  eventtime: timestamp,
  ...texts('awsregion', 'recipientaccountid', 'sharedeventid'),
  addendum: textMap,
  ...texts(
    'insightsource',
    'insightstate',
    'insighteventsource',
    'insighteventname',
    'insighterrorcode',
    'insighttype',
  ),
  insightcontext: rowOf({
    baselineaverage: double,
    insightaverage: double,
    baselineduration: integer,
    insightduration: integer,
    attributions: arrayOf(
      rowOf({
        attribute: varchar,
        insightvalue: varchar,
        insightaverage: double,
        baselinevalue: varchar,
        baselineaverage: double,
        insight: averaged,
        baseline: averaged,
      }),
    ),
  }),
})

/** @quirk `errormssage` is how the schema of activity events spells `errorMessage` */
const activity = table({
  ...texts('eventversion', 'eventcategory', 'eventtype', 'eventid'),
  eventtime: timestamp,
  ...texts('awsregion', 'recipientaccountid'),
  addendum: rowOf(texts('reason', 'updatedfields', 'originaluid', 'originaleventid')),
  metadata: rowOf(texts('ingestiontime', 'channelarn')),
  eventdata: rowOf({
    version: varchar,
    useridentity: rowOf({ ...texts('type', 'principalid'), details: textMap }),
    ...texts('useragent', 'eventsource', 'eventname', 'eventtime', 'uid'),
    requestparameters: textMap,
    responseelements: textMap,
    ...texts('errorcode', 'errormssage', 'sourceipaddress', 'recipientaccountid'),
    additionaleventdata: textMap,
  }),
})

/**
 * Columns of the tables of event data stores, in their documented order.
 *
 * @source CloudTrail User Guide, CloudTrail Lake supported event schemas
 */
export const lakeTableSchemas: Readonly<Record<LakeTableKind, TableSchema>> = { events, insights, activity }

/** Names under which records hold what a column is called otherwise, in lower case. */
export const recordSpellings: Readonly<Record<string, string>> = {
  credentialsissuedto: 'credentiaisissuedto',
  errormessage: 'errormssage',
}

/**
 * Columns that files of a table have: all but `eventjsonchecksum`, which is the SHA-256 of `eventjson` in hexadecimal
 * and computed by whoever reads them.
 */
export function storedColumns(kind: LakeTableKind): readonly { readonly name: string; readonly type: string }[] {
  return lakeTableSchemas[kind].columns
    .filter(({ name }) => name !== 'eventjsonchecksum')
    .map(({ name, type }) => ({ name, type: storedType(type) }))
}

/** Largest record that a table has whole. @source CloudTrail API Reference, PutEventConfiguration: MaxEventSize Large */
export const eventBytesMax = 1024 * 1024

/** No line of a table's newest rows is longer: such a record is in it whole and in its columns, escaped. */
export const rowLineBytesMax = 16 * 1024 * 1024
