import { readFileSync } from 'node:fs'

const folder = new URL('../../../../testkit/src/cases/lake/', import.meta.url)

/** A question of the case files: a whole query, or an expression to select. */
export interface Question {
  /** What the file says of it; of an expression, the section it stands in. */
  readonly title: string
  readonly sql: string
}

/** The questions of `queries.sql`: each has a title before it and a semicolon behind. */
export function queryQuestions(): readonly Question[] {
  return questionsOf('queries.sql')
}

/** As `queryQuestions`, of Athena's `cloudtrail_logs`. */
export function athenaQuestions(): readonly Question[] {
  return questionsOf('athena.sql')
}

function questionsOf(name: string): readonly Question[] {
  return read(name)
    .split(/;\n/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [title = '', ...lines] = part.trim().split('\n')
      return { title: title.replace(/^-- /, ''), sql: lines.join('\n') }
    })
}

/** The expressions of `expressions.txt`: one a line, in sections that `#` begins. */
export function expressionQuestions(): readonly Question[] {
  let title = ''
  return read('expressions.txt')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('# ')) title = line.slice(2)
      return line === '' || line.startsWith('#') ? [] : [{ title, sql: line }]
    })
}

/** What a Trino server answered, see `npm run test:trino`. */
export interface RecordedAnswers {
  readonly trino: string
  /** `YYYY-MM-DD` */
  readonly recordedOn: string
  /** By the question's SQL. Maps and JSON objects have their keys in order. */
  readonly answers: Readonly<Record<string, readonly (readonly (string | null)[])[]>>
  /** Questions that Trino answers with an error. */
  readonly errors: Readonly<Record<string, string>>
}

/** What Trino answered when it was last asked to be recorded. */
export function recordedAnswers(): RecordedAnswers {
  return JSON.parse(read('answers.json')) as RecordedAnswers
}

function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}
