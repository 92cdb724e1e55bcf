import { CommandFailure } from '../failure.ts'

/** What is asked of `mendable`. */
export interface RefusedText {
  /** As its writer gave it. */
  readonly statement: string
  /** What was put in place of each `$EDS_ID` before the statement was read. */
  readonly replacedChars: number
}

const table = '$EDS_ID'

/** What people mean who write such a thing. The first that fits is told. */
const hints: readonly (readonly [message: RegExp, at: RegExp, advice: string])[] = [
  [/^Column '.*' cannot be resolved/, /^"/, "Texts stand in 'single quotes'; double quotes are for names."],
  [
    /^Expression (requestParameters|responseElements|additionalEventData|serviceEventDetails) is not of type ROW/i,
    /^/,
    "It is a map: write element_at(requestParameters, 'bucketName').",
  ],
  [
    /^Table '.*' does not exist/,
    /^/,
    `Tables are event data stores, by their ids. ${table} stands for the only one, or the one of --store.`,
  ],
  [/^mismatched input 'ILIKE'/, /^/, "Write lower(eventName) LIKE '%text%'."],
  [/^mismatched input '='/, /^=/, 'Equal is written with one =.'],
  [/^Function '.*' not registered/, /^/, 'docs/reference/lake-functions.md lists what there is.'],
]

/**
 * A failure because of the statement, with the line that is meant and a mark below the place: places are told as in the
 * text that was read, where an id stood for {@link table}. Any other failure stays as it is.
 */
export function mendable(error: unknown, { statement, replacedChars }: RefusedText): unknown {
  if (!(error instanceof CommandFailure)) return error
  const [, lineNumber = '', columnNumber = '', message = ''] =
    /line (\d+):(\d+): (.*?)(?: \(InvalidQueryStatement\w*\))?$/s.exec(error.message) ?? []
  const line = statement.split(/\r\n|\n|\r/)[Number(lineNumber) - 1]
  if (line === undefined) return error
  const column = columnAsGiven(line, Number(columnNumber), replacedChars)
  const at = Math.max(0, column - linePartChars)
  const shown = line.slice(at, column + linePartChars).replace(/\s/g, ' ')
  const mark = ' '.repeat(column - 1 - at)
  const advice = hints.find(([said, there]) => said.test(message) && there.test(line.slice(column - 1)))?.[2]
  return new CommandFailure(`line ${lineNumber}:${column}: ${message}`, {
    details: [`  ${shown}`, `  ${mark}^`],
    exitCode: error.exitCode,
    cause: error,
    ...(advice !== undefined && { advice }),
  })
}

/** Of a line that is longer than a terminal, what stands around the place is shown. */
const linePartChars = 36

function columnAsGiven(line: string, column: number, replacedChars: number): number {
  let longer = 0
  for (const { index } of line.matchAll(/\$EDS_ID/g)) {
    const start = index + 1 + longer
    if (column < start) break
    // A place within the id is the table itself.
    if (column < start + replacedChars) return index + 1
    longer += replacedChars - table.length
  }
  return Math.min(column - longer, line.length + 1)
}
