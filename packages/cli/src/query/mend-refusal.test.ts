import { expect, test } from 'vitest'
import { CommandFailure } from '../failure.ts'
import { mendable } from './mend-refusal.ts'

const replacedChars = 36

/** As the server would tell of what stands at `at` in the statement. */
function refused(statement: string, at: string, message: string): CommandFailure {
  const read = statement.replaceAll('$EDS_ID', 'x'.repeat(replacedChars))
  const lines = read.slice(0, read.indexOf(at)).split('\n')
  const place = `line ${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`
  const error = new CommandFailure(`The installation refused: ${place}: ${message} (InvalidQueryStatement)`)
  const mended = mendable(error, { statement, replacedChars })
  if (!(mended instanceof CommandFailure)) throw new TypeError('it is another failure')
  return mended
}

test.each([
  ['SELECT x FROM $EDS_ID', 'x ', 8],
  ['SELECT 1 FROM $EDS_ID WHERE x = 1', 'x = 1', 29],
  ['SELECT 1 FROM $EDS_ID a, $EDS_ID b WHERE x = 1', 'x = 1', 42],
  ['SELECT 1,\n  b.x FROM $EDS_ID a\nWHERE y = 1', 'y = 1', 7],
])('a mark stands below the place in the text that was given: %s', (statement, at, column) => {
  const {
    message,
    details: [line = '', mark = ''],
  } = refused(statement, at, `Column 'x' cannot be resolved`)
  expect(message).toMatch(new RegExp(`^line \\d:${column}: Column 'x' cannot be resolved$`))
  expect(line.slice(mark.indexOf('^'))).toBe(statement.slice(statement.indexOf(at)).split('\n')[0])
})

test('a place within the table is its beginning, and one behind the end is there', () => {
  expect(refused('SELECT 1 FROM $EDS_ID', 'xxx', 'no').details[1]).toBe('                ^')
  expect(mendable(new CommandFailure('line 1:99: no'), { statement: 'SELECT', replacedChars })).toMatchObject({
    message: 'line 1:7: no',
    details: ['  SELECT', '        ^'],
  })
})

test('of a long line, what stands around the place is shown', () => {
  const statement = `SELECT ${'a, '.repeat(100)}x, ${'b, '.repeat(100)}1`
  const {
    details: [line = '', mark = ''],
  } = refused(statement, 'x,', 'no')
  expect(line).toHaveLength(74)
  expect(line[mark.indexOf('^')]).toBe('x')
})

test.each([
  [
    'SELECT 1 FROM $EDS_ID WHERE eventName = "CreateUser"',
    '"',
    "Column 'CreateUser' cannot be resolved",
    'single quotes',
  ],
  [
    'SELECT 1 FROM $EDS_ID WHERE requestParameters.a = 1',
    'req',
    'Expression requestParameters is not of type ROW',
    'element_at',
  ],
  ['SELECT 1 FROM trails', 'trails', "Table 'trails' does not exist", '--store'],
  ['SELECT 1 FROM $EDS_ID WHERE a ILIKE b', 'ILIKE', "mismatched input 'ILIKE'. Expecting: <EOF>", 'lower('],
  ['SELECT nope', 'nope', "Column 'nope' cannot be resolved", undefined],
])('says what is usually meant by %s', (statement, at, message, advice) => {
  const { advice: found } = refused(statement, at, message)
  if (advice === undefined) expect(found).toBeUndefined()
  else expect(found).toContain(advice)
})

test('another failure stays as it is', () => {
  const error = new CommandFailure('The server does not listen.')
  expect(mendable(error, { statement: 'SELECT 1', replacedChars })).toBe(error)
})
