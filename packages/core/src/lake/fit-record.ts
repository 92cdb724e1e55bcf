import { recordLimits } from '../record/index.ts'
import { lakeTableSchemas } from './table-schemas.ts'

type RecordMembers = Readonly<Record<string, unknown>>

/** In the order in which they give way. @source CloudTrail User Guide, record contents */
const contents = ['additionalEventData', 'serviceEventDetails', 'eventContext', 'responseElements', 'requestParameters']

/**
 * A record and its text as a store takes them that holds events up to `bytesMax`: unchanged when they fit. Otherwise its
 * contents give way, each replaced by a note of its size, as CloudTrail does it in log files; and in records that are
 * large in any other way, everything that is.
 */
export function fitRecord(
  record: RecordMembers,
  text: string,
  bytesMax: number,
): { readonly record: RecordMembers; readonly text: string } {
  if (fits(text, bytesMax)) return { record, text }
  let fitted: RecordMembers = record
  for (const field of contents) {
    if (!(field in record)) continue
    fitted = { ...fitted, [field]: omitted(field, record[field]) }
    const shorter = JSON.stringify(fitted)
    if (fits(shorter, bytesMax)) return { record: fitted, text: shorter }
  }
  const head: Record<string, unknown> = {}
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(record)) {
    const column = name.toLowerCase()
    if (!columns.has(column) || seen.has(column)) continue
    seen.add(column)
    head[name] = fits(JSON.stringify(value), recordLimits.textBytes) ? value : omitted(name, value)
  }
  return { record: head, text: JSON.stringify(head) }
}

const columns: ReadonlySet<string> = new Set(lakeTableSchemas.events.columns.map(({ name }) => name))

function omitted(field: string, value: unknown) {
  return { omitted: true, originalSize: utf8Length(JSON.stringify(value)), reason: `${field} too large` }
}

function fits(text: string, bytesMax: number): boolean {
  // No UTF-16 unit needs more than three bytes, so most texts need not be encoded.
  return text.length * 3 <= bytesMax || (text.length <= bytesMax && utf8Length(text) <= bytesMax)
}

const encoder = new TextEncoder()

function utf8Length(text: string): number {
  return encoder.encode(text).length
}
