import { describe, expect, it } from 'vitest'
import { readOver, tableId } from './plain-engine.fixture.ts'
import { athenaQuestions, expressionQuestions, queryQuestions } from './recorded-answers.fixture.ts'

const marker = 'zqxj'
const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g

/** What the engine would read as its own words. */
function bare(text: string): string {
  return text.replaceAll(quoted, '·')
}

function engineText(sql: string): string | undefined {
  const statement = readOver(sql.replaceAll('$EDS_ID', tableId))
  return statement.kind === 'query' ? statement.text : undefined
}

const questions = [
  ...expressionQuestions().map(({ sql }) => `SELECT ${sql}`),
  ...[...queryQuestions(), ...athenaQuestions()].map(({ sql }) => sql),
]

/** Texts that try to end the quotes they stand in, each way that some language knows. */
const texts = [
  `x' || ${marker}() || '`,
  `\\' || ${marker}() || \\'`,
  `p0_0 p0_1 ' ${marker}() p0_0`,
  `$1 \\1 %Y '' ${marker}() ''''`,
]
const names = [`x" || ${marker}() || "`, `x' || ${marker}() || '`, `x'' ${marker}() p0_0`]

describe('what the caller wrote in quotes', () => {
  it('stays in quotes, whatever literal of any known statement it is put into', () => {
    let understood = 0
    for (const sql of questions) {
      for (const [literal] of sql.matchAll(/'(?:[^']|'')*'/g)) {
        for (const text of texts) {
          const hostile = engineText(sql.replace(literal, () => `'${text.replaceAll("'", "''")}'`))
          if (hostile === undefined) continue
          understood += 1
          expect([sql, bare(hostile).includes(marker)]).toEqual([sql, false])
        }
      }
    }
    expect(understood).toBeGreaterThan(1000)
  })
  it('stays in quotes, whatever name of any known statement it is put into', () => {
    let understood = 0
    for (const sql of questions) {
      const words = new Set(sql.replaceAll(quoted, ' ').match(/\b[a-z]\w*\b(?!\s*\()/gi))
      for (const word of words) {
        for (const name of names) {
          const hostileName = `"${name.replaceAll('"', '""')}"`
          const parts = sql.split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/)
          const renamed = parts
            .map((part, index) =>
              index % 2 === 0 ? part.replaceAll(new RegExp(`\\b${word}\\b`, 'g'), () => hostileName) : part,
            )
            .join('')
          const hostile = engineText(renamed)
          if (hostile === undefined) continue
          understood += 1
          expect([sql, word, bare(hostile).includes(marker)]).toEqual([sql, word, false])
        }
      }
    }
    expect(understood).toBeGreaterThan(500)
  })
})
