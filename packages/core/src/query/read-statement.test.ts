import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReadOptions, readEngineError, readStatement, rowOf, timestamp, varchar } from './index.ts'

const table = '0a1b2c3d-1111-2222-3333-444455556666'
const schema = {
  columns: [
    { name: 'eventname', type: varchar },
    { name: 'eventtime', type: timestamp },
    { name: 'useridentity', type: rowOf({ arn: varchar, sessioncontext: rowOf({ issuer: varchar }) }) },
    { name: 'eventjson', type: varchar },
  ],
}

function read(text: string, options: Partial<ReadOptions> = {}) {
  return readStatement(text, { dialect: 'lake', tables: (name) => (name === table ? schema : undefined), ...options })
}

describe('a refusal', () => {
  it.each([
    ["SELECT 'a' = 1", 'line 1:12: Cannot apply operator: varchar = integer'],
    ['SELECT x FROM (VALUES 1) AS t (y)', "line 1:8: Column 'x' cannot be resolved"],
    [`SELECT t.x FROM ${table} AS t`, "line 1:8: Column 't.x' cannot be resolved"],
    [`SELECT useridentity.nope FROM ${table}`, "line 1:8: Column 'useridentity.nope' cannot be resolved"],
    ['SELECT 1 FROM nope', "line 1:15: Table 'nope' does not exist"],
    ['SELECT foo(1)', "line 1:8: Function 'foo' not registered"],
    ["SELECT soundex('x')", "line 1:8: Function 'soundex' is not supported by this installation"],
    ["SELECT format('%d', 1)", "line 1:8: Function 'format' is not supported by this installation"],
    ["SELECT CAST('x' AS uuid)", 'line 1:20: type uuid is not supported by this installation'],
    [
      "SELECT try(contains('10.0.0.0/8', CAST('x' AS ipaddress)))",
      'line 1:8: TRY of a subquery, a random value, or a cast to ipaddress within is not supported by this installation',
    ],
    ["SELECT json_value('{}', 'strict $.a')", 'line 1:25: a strict JSON path is not supported by this installation'],
    [
      "SELECT json_exists('{}', 'lax $.a ? (@ > 5)')",
      "line 1:26: the JSON path 'lax $.a ? (@ > 5)' is not supported by this installation",
    ],
    ["SELECT json_value('{}', 'a')", "line 1:25: mismatched input 'a' expecting {'lax', 'strict'}"],
    [
      "SELECT json_value('{}', 'lax $' RETURNING date)",
      'line 1:8: json_value RETURNING date is not supported by this installation',
    ],
    ["SELECT json_value('{}', 'lax $' PASSING 1 AS x)", 'line 1:33: PASSING is not supported by this installation'],
    ["SELECT IPADDRESS '10.0.0.256'", "line 1:8: '10.0.0.256' is not a valid IPADDRESS literal"],
    ["SELECT CAST('::1' AS address)", 'line 1:22: Unknown type: address'],
    ['SELECT 1 +', "line 1:11: mismatched input '<EOF>'. Expecting: <expression>"],
    ['SELEC 1', "line 1:1: mismatched input 'SELEC'. Expecting: '(', 'SELECT', 'VALUES', 'WITH'"],
    ['SELECT\n  "unfinished', "line 2:3: mismatched input '\"'"],
    ['SELECT 1a', 'line 1:8: identifiers must not start with a digit; surround the identifier with double quotes'],
    [
      'SELECT eventName FROM $EDS_ID',
      'line 1:23: Event data store ID is not specified: replace $EDS_ID with the ID of an event data store',
    ],
    [
      `SELECT eventName, count(*) FROM ${table}`,
      "line 1:8: 'eventName' must be an aggregate expression or appear in GROUP BY clause",
    ],
    [
      `SELECT eventName FROM ${table} WHERE count(*) > 1`,
      'line 1:66: WHERE clause cannot contain aggregations, window functions or grouping operations: [count]',
    ],
    [`SELECT a.eventname FROM ${table} a, ${table} a`, "line 1:8: Column 'a.eventname' is ambiguous"],
    [
      `SELECT DISTINCT eventname FROM ${table} ORDER BY eventtime`,
      'line 1:78: For SELECT DISTINCT, ORDER BY expressions must appear in select list',
    ],
    [`SELECT eventname FROM ${table} WHERE eventtime > 'soon'`, 'line 1:76: Value cannot be cast to timestamp: soon'],
    [
      "SELECT regexp_like('x', '(?=x)')",
      'line 1:8: regexp_like with look-ahead and look-behind is not supported by this installation',
    ],
    ["SELECT json_extract('{}', 'a')", "line 1:8: Invalid JSON path: 'a'"],
    ["SELECT date_trunc('eon', now())", "line 1:8: 'eon' is not a valid TIMESTAMP field"],
    [
      'SELECT substr(1, 2)',
      'line 1:8: Unexpected parameters (integer, integer) for function substr. Expected: substr(varchar, bigint), substr(varchar, bigint, bigint)',
    ],
  ])('says what Lake would: %s', (text, message) => {
    expect(read(text)).toMatchObject({ kind: 'refused', message })
  })

  it('comes for any text that is no query, and nothing else does', () => {
    const word = fc.constantFrom(
      ...`SELECT FROM WHERE GROUP BY ORDER ( ) , . * + - / = < > || -> [ ] ' " 1 2.5 1e3 'x' "y" ? ; -- /* CASE WHEN END CAST AS ARRAY MAP ROW x count NULL AND OR NOT IN LIKE BETWEEN INTERVAL UNNEST WITH JOIN ON ${table}`.split(
        ' ',
      ),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const statement = read(words.join(' '))
        expect(['query', 'refused']).toContain(statement.kind)
      }),
      { numRuns: fullSize(500, 20_000) },
    )
  })
})

describe('parameters', () => {
  it('replace question marks as text, those in quotes of their own too', () => {
    const statement = read(`SELECT eventname FROM ? WHERE eventname = '?' AND eventtime > ? AND eventname <> 'a?'`, {
      parameters: [table, "x' OR 'a' = 'a", "'2023-01-01 00:00:00'"],
    })
    expect(statement).toMatchObject({ kind: 'query', text: expect.stringContaining(`= 'x') OR (('a' = 'a')`) })
  })
  it('are as many as there are places', () => {
    expect(read('SELECT ?', { parameters: ['1', '2'] })).toMatchObject({
      kind: 'refused',
      message: 'line 1:1: Incorrect number of parameters: expected 1 but found 2',
    })
    expect(read('SELECT ?')).toMatchObject({ kind: 'refused' })
  })
})

describe('what a statement reads', () => {
  function uses(text: string) {
    const statement = read(text)
    return statement.kind === 'query' ? statement.tables : statement
  }
  const day = 24 * 3_600_000

  it('is told by table and column', () => {
    expect(uses(`SELECT count(*) FROM ${table} a JOIN ${table} b ON a.eventname = b.useridentity.arn`)).toMatchObject([
      { name: table, columns: ['eventname', 'useridentity'] },
    ])
    expect(uses(`SELECT * FROM ${table}`)).toMatchObject([{ columns: schema.columns.map(({ name }) => name) }])
    expect(uses('SELECT 1')).toEqual([])
  })
  it.each([
    ['SELECT userIdentity.arn', { useridentity: [['arn']] }],
    [
      'SELECT t.userIdentity.sessionContext.issuer, max(useridentity.ARN)',
      { useridentity: [['sessioncontext', 'issuer'], ['arn']] },
    ],
    [
      "SELECT eventname WHERE useridentity.arn LIKE '%x' OR useridentity.sessioncontext IS NULL",
      { useridentity: [['arn'], ['sessioncontext']] },
    ],
    ['SELECT useridentity.arn, useridentity', {}],
    ['SELECT count(*) WHERE useridentity.arn IS NULL AND useridentity IS NOT NULL', {}],
    ['SELECT useridentity[1]', {}],
    ['SELECT *', {}],
    ['SELECT transform(ARRAY[useridentity], u -> u.arn)', {}],
  ])('is told by fields of a row that is not read whole: %s', (text, fields) => {
    const [items, where = ''] = text.split(' WHERE ')
    const grouped = items?.includes('max(') ? ' GROUP BY 1' : ''
    const whole = `${items} FROM ${table} AS t${where && ` WHERE ${where}`}${grouped}`
    expect(uses(whole)).toEqual([expect.objectContaining({ fields })])
  })
  it.each([
    ["eventTime > '2023-07-10 00:00:00'", { fromMs: Date.UTC(2023, 6, 10) - day }],
    ["eventTime <= timestamp '2023-07-10 00:00:00' AND eventname = 'x'", { toMs: Date.UTC(2023, 6, 10) + day }],
    ["'2023-07-10' <= eventTime", { fromMs: Date.UTC(2023, 6, 10) - day }],
    [
      "eventTime BETWEEN '2023-07-10' AND '2023-07-12' AND eventTime > '2023-07-11'",
      { fromMs: Date.UTC(2023, 6, 11) - day, toMs: Date.UTC(2023, 6, 12) + day },
    ],
    ["eventTime > '2023-07-10' OR eventname = 'x'", {}],
    ["NOT (eventTime > '2023-07-10')", {}],
    ['eventTime > now()', {}],
    ["eventTime <> '2023-07-10'", {}],
  ])('is bounded in time by what every row must meet: %s', (where, bounds) => {
    expect(uses(`SELECT eventname FROM ${table} WHERE ${where}`)).toMatchObject([{ eventTime: bounds }])
  })
  it('is not bounded by columns that its alias gives other names', () => {
    const names = schema.columns.map((_, index) => (index === 1 ? 'eventtime' : `c${index}`))
    const from = `${table} AS t (${names.join(', ')})`
    expect(uses(`SELECT c0 FROM ${from} WHERE eventtime > '2023-07-10'`)).toMatchObject([{ eventTime: {} }])
  })
  it('is bounded by the widest of several scans', () => {
    const one = `SELECT eventname FROM ${table} WHERE eventtime > '2023-07-10'`
    expect(uses(`${one} UNION ALL SELECT eventname FROM ${table} WHERE eventtime > '2023-07-01'`)).toMatchObject([
      { eventTime: { fromMs: Date.UTC(2023, 6, 1) - day } },
    ])
    expect(uses(`${one} UNION ALL SELECT eventname FROM ${table}`)).toMatchObject([{ eventTime: {} }])
    expect(
      uses(`SELECT a.eventname FROM ${table} a JOIN ${table} b ON true WHERE a.eventtime > '2023-07-10'`),
    ).toMatchObject([{ eventTime: {} }])
  })
})

describe("Athena's CREATE EXTERNAL TABLE", () => {
  const create = `-- from the guide
CREATE EXTERNAL TABLE IF NOT EXISTS default.CloudTrail_Logs (
  eventversion STRING, useridentity STRUCT< type:STRING, sessioncontext:STRUCT<attributes:STRUCT<mfaauthenticated:STRING>>>,
  resources ARRAY<STRUCT<arn:STRING>>
) COMMENT 'CloudTrail table (for x)'
PARTITIONED BY (\`timestamp\` string, region string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://bucket/AWSLogs/111111111111/CloudTrail/us-east-1'
TBLPROPERTIES ('projection.enabled'='true', 'storage.location.template'='s3://bucket/\${timestamp}');`

  it('names a table over log files', () => {
    expect(read(create, { dialect: 'athena' })).toEqual({
      kind: 'create-table',
      name: 'cloudtrail_logs',
      database: 'default',
      location: 's3://bucket/AWSLogs/111111111111/CloudTrail/us-east-1',
      isIfNotExists: true,
    })
  })
  it.each([
    ['another reader', create.replace('org.apache.hive.hcatalog.data.JsonSerDe', 'x.ParquetSerDe')],
    ['no place in a bucket', create.replace('s3://bucket/AWS', '/etc/AWS')],
    ['columns from a query', 'CREATE TABLE x AS SELECT 1'],
    ['an open parenthesis', 'CREATE EXTERNAL TABLE x (a string'],
    ['a parenthesis too many', 'CREATE EXTERNAL TABLE x a)'],
  ])('is refused with %s', (_, text) => {
    expect(read(text, { dialect: 'athena' })).toMatchObject({ kind: 'refused' })
  })
  it('is no statement of Lake', () => {
    expect(read(create)).toMatchObject({ kind: 'refused' })
  })
})

describe('a message of the engine', () => {
  it.each([
    [
      'Out of Range Error: Overflow in addition of INT32 (2147483647 + 1)!',
      'integer addition overflow: 2147483647 + 1',
    ],
    ["Conversion Error: Could not convert string '¦Division by zero¦' to INT32\n\nLINE 1: SELECT", 'Division by zero'],
    ["Conversion Error: Could not convert string 'x' to INT64", "Cannot cast 'x' to BIGINT"],
    ['Invalid Input Error: Something else\n\nLINE 1: SELECT secret', 'Something else'],
  ])('is said as Trino would, without the statement: %s', (message, said) => {
    expect(readEngineError(message)).toBe(said)
  })
})

describe('what matched is counted', () => {
  const counts = (text: string, countsMatches = true) => {
    const statement = read(text, { countsMatches })
    return statement.kind === 'query' ? (statement.countsMatches ?? false) : statement
  }
  it.each([
    `SELECT count(*) FROM ${table} WHERE eventname = 'x'`,
    `SELECT eventname, max(eventtime) FROM ${table} AS t GROUP BY eventname ORDER BY 2 LIMIT 3`,
  ])('in groups of one table: %s', (text) => {
    expect(counts(text)).toBe(true)
    expect(counts(text, false)).toBe(false)
  })
  it.each([
    ['rows tell', `SELECT eventname FROM ${table}`],
    ['groups may be left out', `SELECT eventname, count(*) FROM ${table} GROUP BY 1 HAVING count(*) > 1`],
    ['rows are in several groups', `SELECT eventname, count(*) FROM ${table} GROUP BY ROLLUP (eventname)`],
    ['groups are one', `SELECT DISTINCT count(*) FROM ${table} GROUP BY eventname`],
    ['rows are of several events', `SELECT count(*) FROM ${table} a, ${table} b`],
    ['rows are no events', `SELECT count(*) FROM (SELECT DISTINCT eventname FROM ${table}) t`],
    ['rows are of a WITH', `WITH t AS (SELECT 1 AS x) SELECT count(*) FROM t`],
    ['groups are of a subquery', `SELECT (SELECT count(*) FROM ${table}) AS n`],
    ['rows are of two queries', `SELECT count(*) FROM ${table} UNION ALL SELECT count(*) FROM ${table}`],
  ])('and not where %s', (_, text) => {
    expect(counts(text)).toBe(false)
  })
})
