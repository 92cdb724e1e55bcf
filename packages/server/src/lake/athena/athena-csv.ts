/**
 * A line of the CSV that Athena leaves in a bucket: values in quotes, NULL as nothing.
 *
 * @source Athena User Guide, "Work with query results": its CSV files
 */
export function athenaCsvLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',')}\n`
}
