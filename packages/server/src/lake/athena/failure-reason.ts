/** Names under which Trino, and so Athena, tells of what a statement means; the first whose words fit counts. */
const names: readonly (readonly [name: string, words: RegExp])[] = [
  ['CATALOG_NOT_FOUND', /: Catalog '.*' does not exist$/],
  ['SCHEMA_NOT_FOUND', /: Schema '.*' does not exist$/],
  ['TABLE_NOT_FOUND', /: Table '.*' does not exist$/],
  ['COLUMN_NOT_FOUND', /: Column '.*' cannot be resolved/],
  ['FUNCTION_NOT_FOUND', /: Function '.*' not registered/],
  ['AMBIGUOUS_NAME', /: Column '.*' is ambiguous/],
  ['EXPRESSION_NOT_AGGREGATE', /must be an aggregate expression or appear in GROUP BY clause/],
  ['NOT_SUPPORTED', /is not supported by this installation$/],
  ['TYPE_MISMATCH', /Cannot apply operator|Unexpected parameters|must evaluate to a boolean|must be|mismatch/i],
]

/** `StateChangeReason` of an execution whose statement can be read and means nothing: `COLUMN_NOT_FOUND: line 1:8: …`. */
export function failureReason(message: string): string {
  const name = names.find(([, words]) => words.test(message))?.[0] ?? 'SYNTAX_ERROR'
  return `${name}: ${message}`
}

const runNames: readonly (readonly [name: string, words: RegExp])[] = [
  ['INVALID_CAST_ARGUMENT', /^Cannot cast |^Value cannot be cast to /],
  ['DIVISION_BY_ZERO', /^Division by zero$/],
  ['NUMERIC_VALUE_OUT_OF_RANGE', / overflow: /],
]

/** `StateChangeReason` of an execution that failed while it ran; one that has a name already stays as it is. */
export function runFailureReason(message: string): string {
  const name = runNames.find(([, words]) => words.test(message))?.[0]
  return name === undefined ? message : `${name}: ${message}`
}
