const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * The bytes of a record as one line: without its line breaks, and otherwise as they are. JSON allows line breaks
 * between tokens only, never inside a string, so nothing of a record's content is lost.
 */
export function onOneLine(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(lineFeed) && !bytes.includes(carriageReturn)) return bytes
  return bytes.filter((byte) => byte !== lineFeed && byte !== carriageReturn)
}

/** What stands beside a record in a line of an answer. */
export interface EventLineHead {
  readonly account: string
  readonly region: string
  /** ISO 8601; by which the look-up orders. */
  readonly time: string
  /** Opaque; tells events of one moment apart. */
  readonly position: number
  /** What was found wrong with the imported files that the event is from. */
  readonly failedFiles?: readonly { readonly kind: string; readonly sentence: string; readonly place?: string }[]
}

const encoder = new TextEncoder()
const eventMember = encoder.encode(',"event":')
const lineEnd = encoder.encode('}\n')

/**
 * One event as a line of NDJSON: `{"account":…,"region":…,"time":…,"position":…,"event":<the record as stored>}`.
 * The record comes last and is not written anew, so its bytes can be cut out again ({@link recordOfLine}).
 */
export function eventLine(head: EventLineHead, record: Uint8Array): Uint8Array {
  const start = encoder.encode(JSON.stringify(head).slice(0, -1))
  const body = onOneLine(record)
  const line = new Uint8Array(start.length + eventMember.length + body.length + lineEnd.length)
  line.set(start)
  line.set(eventMember, start.length)
  line.set(body, start.length + eventMember.length)
  line.set(lineEnd, line.length - lineEnd.length)
  return line
}

/**
 * The record's bytes in a line that `eventLine` wrote (with or without its line end); `undefined` for other lines.
 * The first `,"event":` is the member: inside a JSON string its quotes would be escaped.
 */
export function recordOfLine(line: Uint8Array): Uint8Array | undefined {
  let end = line.length
  while (end > 0 && line[end - 1] !== 0x7d) end -= 1
  const at = indexOf(line, eventMember)
  return at === -1 || end === 0 ? undefined : line.subarray(at + eventMember.length, end - 1)
}

/** Members before the record are short, so the search ends soon; the longest tell of three failed files. */
function indexOf(line: Uint8Array, member: Uint8Array): number {
  const last = Math.min(line.length - member.length, 131_072)
  for (let at = 0; at <= last; at += 1) {
    if (line[at] === member[0] && member.every((byte, index) => line[at + index] === byte)) return at
  }
  return -1
}
