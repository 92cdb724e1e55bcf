/**
 * A line of a saved result: every value in quotes, NULL as nothing between them, lines end with LF.
 *
 * @source RFC 4180, section 2, but for the line ends
 */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => `"${value === null ? '' : value.replaceAll('"', '""')}"`).join(',')}\n`
}
