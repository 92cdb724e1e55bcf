/**
 * Asks Cairn's SQL and a real Trino server the same questions over the same rows, and compares the answers.
 *
 *     npm run test:trino                   fetches Trino and Java on first use, see scripts/trino
 *     npm run test:trino -- --record       writes what Trino answers where `npm test` finds it
 *     npm run test:trino -- --url URL --lake FOLDER   against a server that runs already
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Answer, openPlainEngine, tableId } from '../packages/server/src/lake/sql/plain-engine.fixture.ts'
import {
  athenaQuestions,
  expressionQuestions,
  type Question,
  queryQuestions,
  type RecordedAnswers,
} from '../packages/server/src/lake/sql/recorded-answers.fixture.ts'
import { sampleQuestions } from '../packages/server/src/lake/sql/sample-questions.fixture.ts'
import { madeUpEvents, madeUpRecord } from '../packages/testkit/src/cases/lake/events.ts'
import { askTrino } from './trino/trino-client.ts'
import { startTrino, type TrinoServer } from './trino/trino-server.ts'
import { forTrino, makeTrinoTables } from './trino/trino-table.ts'

const root = join(import.meta.dirname, '..')
const answersPath = join(root, 'packages/testkit/src/cases/lake/answers.json')

const { values } = parseArgs({
  options: { record: { type: 'boolean' }, url: { type: 'string' }, lake: { type: 'string' } },
})

const records = Array.from({ length: madeUpEvents }, (_, index) => JSON.stringify(madeUpRecord(index)))
await using server: TrinoServer = await (values.url !== undefined && values.lake !== undefined
  ? { version: 'running', url: values.url, lake: values.lake, [Symbol.asyncDispose]: async () => {} }
  : startTrino(join(root, '.cache/trino')))
await makeTrinoTables(server, records)
await using engine = await openPlainEngine(records)

const recorded: Mutable<Pick<RecordedAnswers, 'answers' | 'errors'>> = { answers: {}, errors: {} }
const groups: readonly (readonly [string, readonly Question[], boolean])[] = [
  ['expressions', expressionQuestions(), true],
  ['queries', queryQuestions(), true],
  ['queries for Athena', athenaQuestions(), true],
  ['sample queries of AWS', sampleQuestions(), false],
]
let differing = 0
for (const [name, questions, isRecorded] of groups) {
  let [equal, bothFail] = [0, 0]
  for (const { title, sql } of questions) {
    const whole = name === 'expressions' ? `SELECT ${sql}` : sql
    const theirs = await askTrino(server.url, forTrino(whole))
    const ours = await engine.answer(whole.replaceAll('$EDS_ID', tableId))
    if (isRecorded && 'rows' in theirs) recorded.answers[sql] = theirs.rows
    if (isRecorded && 'error' in theirs) recorded.errors[sql] = theirs.error
    if ('error' in theirs && 'error' in ours) bothFail += 1
    else if (isSame(theirs, ours, isRecorded)) equal += 1
    else {
      differing += 1
      process.stdout.write(`${title}: ${sql}\n  Trino  ${text(theirs)}\n  Cairn  ${text(ours)}\n`)
    }
  }
  process.stdout.write(`${name}: ${questions.length}; equal ${equal}, failing in both ${bothFail}\n`)
}
if (values.record === true) {
  const answers: RecordedAnswers = {
    trino: server.version,
    recordedOn: new Date().toISOString().slice(0, 10),
    ...recorded,
  }
  writeFileSync(answersPath, `${JSON.stringify(answers, undefined, 1)}\n`)
}
process.exitCode = differing === 0 ? 0 : 1

type Mutable<T> = { -readonly [K in keyof T]: { -readonly [P in keyof T[K]]: T[K][P] } }

function isSame(one: Answer, other: Answer, isSorted: boolean): boolean {
  return 'rows' in one && 'rows' in other && textOf(one.rows, isSorted) === textOf(other.rows, isSorted)
}

/** Those not written for this comparison may leave the order of equals open. */
function textOf(rows: readonly (readonly (string | null)[])[], isSorted: boolean): string {
  const texts = rows.map((row) => JSON.stringify(row))
  return (isSorted ? texts : texts.sort()).join('\n')
}

function text(answer: Answer): string {
  return 'rows' in answer ? JSON.stringify(answer.rows).slice(0, 500) : `error: ${answer.error}`
}
