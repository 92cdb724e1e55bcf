/** What was run and how it ended. */
export interface Tally {
  readonly passed: number
  /** By name, for the summary. */
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}

export const noTally: Tally = { passed: 0, failed: [], skipped: [] }

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: [...a.failed, ...b.failed],
    skipped: [...a.skipped, ...b.skipped],
  }
}

/** The line that people and CI read; always of this form, so skips are counted where they are named. */
export function closingLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed.length} failed`
}
