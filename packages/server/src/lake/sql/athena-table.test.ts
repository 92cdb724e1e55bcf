import { madeUpEvents, madeUpRecord } from '@cairn/testkit/cases/lake/events.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPlainEngine, type PlainEngine } from './plain-engine.fixture.ts'

type Members = Readonly<Record<string, unknown>>

const records = Array.from({ length: madeUpEvents }, (_, index) => madeUpRecord(index))
let engine: PlainEngine

beforeAll(async () => {
  engine = await openPlainEngine(records.map((record) => JSON.stringify(record)))
})
afterAll(() => engine[Symbol.asyncDispose]())

describe("Athena's cloudtrail_logs", () => {
  it('has resources as one column of rows, when they are named so', async () => {
    const arns = records
      .flatMap((record) => (record.resources as Members[] | undefined) ?? [])
      .map(({ ARN }) => String(ARN))
    const counts = [...Map.groupBy(arns, (arn) => arn)].map(([arn, all]) => [arn, String(all.length)])
    expect(
      await engine.answer(
        'SELECT r.arn, count(*) FROM cloudtrail_logs CROSS JOIN UNNEST(resources) AS t (r) GROUP BY r.arn ORDER BY 1',
      ),
    ).toEqual({ rows: counts.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)) })
  })
  it('has requests as JSON text, as they were sent', async () => {
    const first = records.find(({ eventName }) => eventName === 'CreateDBInstance')
    expect(
      await engine.answer(
        "SELECT requestparameters FROM cloudtrail_logs WHERE eventname = 'CreateDBInstance' ORDER BY eventtime LIMIT 1",
      ),
    ).toEqual({ rows: [[JSON.stringify(first?.requestParameters)]] })
  })
  it('has nothing where the record has null', async () => {
    const nulls = records.filter(({ requestParameters }) => requestParameters === null).length
    expect(await engine.answer('SELECT count(*) FROM cloudtrail_logs WHERE requestparameters IS NULL')).toEqual({
      rows: [[String(nulls)]],
    })
  })
})
