import { describe, expect, it } from 'vitest'
import { readStatement, varchar } from './index.ts'

const names = ['eventtime', 'eventname', 'awsregion', 'account', 'region', 'year', 'month', 'day', 'timestamp']
const schema = { columns: names.map((name) => ({ name, type: varchar })) }
const without = { columns: [{ name: 'eventname', type: varchar }] }

function use(text: string) {
  const statement = readStatement(text, {
    dialect: 'athena',
    tables: (name) => ({ logs: schema, bare: without })[name],
  })
  if (statement.kind !== 'query') throw new TypeError(JSON.stringify(statement))
  return statement.tables.find(({ name }) => name === 'logs')
}

const where = (condition: string) => use(`SELECT eventname FROM logs WHERE ${condition}`)
const days = (from: string, to: string) => ({
  fromMs: Date.parse(`${from}T00:00:00Z`),
  toMs: Date.parse(`${to}T00:00:00Z`) + 86_400_000 - 1,
})

describe('partition columns bound the time of what is read', () => {
  it.each([
    [`"timestamp" = '2023/07/10'`, days('2023-07-10', '2023-07-10')],
    [`"timestamp" >= '2023/07/10' AND "timestamp" <= '2023/07/12'`, days('2023-07-10', '2023-07-12')],
    [`'2023/07/10' < "timestamp"`, { fromMs: days('2023-07-10', '2023-07-10').fromMs }],
    [`"timestamp" BETWEEN '2023/07/10' AND '2023/07/12'`, days('2023-07-10', '2023-07-12')],
    [`year = '2023'`, days('2023-01-01', '2023-12-31')],
    [`year IN ('2023', '2021')`, days('2021-01-01', '2023-12-31')],
    [`year = '2023' AND month = '12'`, days('2023-12-01', '2023-12-31')],
    [`year = '2024' AND month IN ('01', '02') AND eventname = 'x'`, days('2024-01-01', '2024-02-29')],
    [`day = '31' AND year = '2023' AND '12' = month`, days('2023-12-31', '2023-12-31')],
    [`year = '2023' AND month = '07' AND day IN ('09', '11')`, days('2023-07-09', '2023-07-11')],
  ])('%s', (condition, bounds) => {
    expect(where(condition)?.eventTime).toEqual(bounds)
  })

  it.each([
    `"timestamp" > '2023/7'`,
    `"timestamp" > '2023/02/31'`,
    `"timestamp" <> '2023/07/10'`,
    `month = '07'`,
    `year = eventname`,
    `year = '0050'`,
    `year IN ('2023', eventname)`,
    `year = '2023' OR eventname = 'x'`,
    `NOT year = '2023'`,
  ])('and not by %s', (condition) => {
    expect(where(condition)?.eventTime).toEqual({})
  })

  it('days count in one month only, months in one year', () => {
    expect(where(`year = '2023' AND month IN ('01', '03') AND day = '15'`)?.eventTime).toEqual(
      days('2023-01-01', '2023-03-31'),
    )
    expect(where(`year IN ('2022', '2023') AND month = '03'`)?.eventTime).toEqual(days('2022-01-01', '2023-12-31'))
  })
})

describe('partition columns bound the places of what is read', () => {
  it.each([
    [`region = 'us-east-1'`, { region: ['us-east-1'] }],
    [`region IN ('a', 'b') AND account = '1' AND region IN ('b', 'c')`, { region: ['b'], account: ['1'] }],
    [`region = 'a' AND region = 'b'`, { region: [] }],
    [`awsregion = 'a'`, {}],
    [`region <> 'a'`, {}],
    [`region = 'a' OR region = 'b'`, {}],
  ])('%s', (condition, places) => {
    expect(where(condition)?.partitions).toEqual(places)
  })

  it('of several scans, what any of them may need', () => {
    const one = `SELECT eventname FROM logs WHERE region = 'a' AND account = '1'`
    expect(use(`${one} UNION ALL SELECT eventname FROM logs WHERE region = 'b'`)?.partitions).toEqual({
      region: ['a', 'b'],
    })
    expect(use(`${one} UNION ALL SELECT eventname FROM logs`)?.partitions).toEqual({})
  })

  it('a column of the query around is another', () => {
    const inner = `SELECT 1 FROM bare WHERE region = 'a' AND year = '2023'`
    expect(use(`SELECT eventname FROM logs WHERE EXISTS (${inner})`)?.partitions).toEqual({})
  })
})

it('tables of one name in several databases are several', () => {
  const statement = readStatement('SELECT 1 FROM logs a, one.logs b, awsdatacatalog.two.logs c', {
    dialect: 'athena',
    tables: (_name, qualifiers) => (qualifiers.includes('three') ? 'not there' : schema),
  })
  expect(statement).toMatchObject({
    tables: [{ name: 'logs' }, { name: 'one.logs' }, { name: 'awsdatacatalog.two.logs' }],
  })
  const refused = readStatement('SELECT 1 FROM three.logs', { dialect: 'athena', tables: () => 'Schema three is none' })
  expect(refused).toEqual({ kind: 'refused', message: 'line 1:15: Schema three is none', isSyntax: false })
})
