import { madeUpEvents, madeUpRecord } from '@cairn/testkit/cases/lake/events.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPlainEngine, type PlainEngine, readOver, tableId } from './plain-engine.fixture.ts'
import {
  athenaQuestions,
  expressionQuestions,
  type Question,
  queryQuestions,
  recordedAnswers,
} from './recorded-answers.fixture.ts'
import { sampleQuestions } from './sample-questions.fixture.ts'

const { answers, errors } = recordedAnswers()
const records = Array.from({ length: madeUpEvents }, (_, index) => JSON.stringify(madeUpRecord(index)))
let engine: PlainEngine

beforeAll(async () => {
  engine = await openPlainEngine(records)
})
afterAll(() => engine[Symbol.asyncDispose]())

function ask(sql: string) {
  return engine.answer(sql.replaceAll('$EDS_ID', tableId))
}

describe('an expression', () => {
  const sections = Map.groupBy(expressionQuestions(), ({ title }) => title)
  it.each([...sections])('answers what Trino answered: %s', async (_, questions) => {
    for (const { sql } of questions) {
      const answer = await ask(`SELECT ${sql}`)
      if (errors[sql] === undefined) expect([sql, answer]).toEqual([sql, { rows: answers[sql] }])
      else expect([sql, 'error' in answer]).toEqual([sql, true])
    }
  })
})

describe('a query', () => {
  it.each(queryQuestions())('answers what Trino answered: $title', async ({ sql }: Question) => {
    expect(await ask(sql)).toEqual({ rows: answers[sql] })
  })
})

describe('a query for Athena', () => {
  it.each(athenaQuestions())(
    "answers what Trino answered over a table like Athena's: $title",
    async ({ sql }: Question) => {
      expect(await ask(sql)).toEqual({ rows: answers[sql] })
    },
  )
})

/** What Lake says of samples that are no Trino, or ask for tables that nothing here fills. */
const refusedSamples: Readonly<Record<string, string>> = {
  'list-attempted-s3-requests..sql': "line 17:71: mismatched input 'BY'. Expecting: <EOF>",
  'list-publicly-accessible-rds-instances.sql': "line 13:15: mismatched input 'SELECT'. Expecting: <EOF>",
  'list-write-events-from-management-console.sql': 'line 10:34: Cannot apply operator: varchar = boolean',
  'ssm-patch-compliance-all-ec2-instances-time-range.sql':
    "line 18:11: Column 'eventData.resourceType' cannot be resolved",
  'ssm-patch-compliance-distinct-ec2-instance-latest.sql':
    "line 17:11: Column 'eventData.resourceType' cannot be resolved",
  'ssm-patch-compliance-selected-ec2-instance.sql': "line 18:11: Column 'eventData.resourceType' cannot be resolved",
}

const samples = sampleQuestions()

describe.skipIf(samples.length === 0)('a query that AWS published (they are in shared/data, absent here)', () => {
  it.each(samples)('runs, or is refused as Lake would: $title', async ({ title, sql }) => {
    const answer = await ask(sql)
    const refusal = refusedSamples[title]
    if (refusal === undefined) expect(answer).toEqual({ rows: expect.any(Array) })
    else expect(answer).toEqual({ error: refusal })
  })
})

describe('the answers', () => {
  it('are there for every question', () => {
    const questions = [...expressionQuestions(), ...queryQuestions(), ...athenaQuestions()].map(({ sql }) => sql)
    const recorded = [...Object.keys(answers), ...Object.keys(errors)]
    expect(questions.toSorted()).toEqual(recorded.toSorted())
    expect(questions.length).toBeGreaterThanOrEqual(700)
  })
  it('have the labels that were typed', () => {
    const read = readOver(`SELECT eventName, userIdentity.ARN, count(*), 1 AS "One" FROM ${tableId} GROUP BY 1, 2`)
    expect(read.kind === 'query' && read.columns.map(({ label }) => label)).toEqual([
      'eventName',
      'ARN',
      '_col2',
      'One',
    ])
  })
})
