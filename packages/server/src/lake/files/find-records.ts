import type { RecordFilter } from './record-filter.ts'

/*
 * The quick way through a log file as AWS writes it:
 *
 *     {"Records":[ {"eventVersion":… , {"eventVersion":… , … ]}
 *
 * Records are cut at `,{"eventVersion":`, with whatever the first record's first member is called. Inside a string its
 * quotes would be escaped, so it only ever stands where an object begins. That may be an object inside a record: then the
 * piece is no JSON object by itself, whoever parses it notices, and the file is read the slow way.
 */

const head = Buffer.from('{"Records":[')
const blank = new Set([0x20, 0x0a, 0x0d, 0x09])

/**
 * The pieces of a file that hold the rarest text that is needed, each a record if all of them are JSON objects;
 * `undefined` when the file has another form.
 */
export function findRecords(bytes: Buffer, filter: RecordFilter): Iterable<Buffer> | undefined {
  if (!bytes.subarray(0, head.length).equals(head)) return undefined
  const end = endOfRecords(bytes)
  const colon = bytes.indexOf('":', head.length)
  if (end < 0 || colon < 0 || colon > end || bytes.toString('latin1', head.length, head.length + 2) !== '{"')
    return undefined
  const cut = Buffer.concat([Buffer.from(','), bytes.subarray(head.length, colon + 2)])
  const records = bytes.subarray(0, end)
  const places = filter.places(records)
  return places === undefined ? all(records, cut) : around(records, cut, places)
}

/** Where the list ends: before `]}` and blanks at the end of the file. */
function endOfRecords(bytes: Buffer): number {
  let end = bytes.length
  const skip = () => {
    while (end > 0 && blank.has(bytes[end - 1] ?? 0)) end -= 1
  }
  for (const closing of ['}', ']']) {
    skip()
    if (bytes[end - 1] !== closing.charCodeAt(0)) return -1
    end -= 1
  }
  skip()
  return end
}

function* all(bytes: Buffer, cut: Buffer): Generator<Buffer> {
  for (let from = head.length; from < bytes.length; ) {
    const next = bytes.indexOf(cut, from)
    yield bytes.subarray(from, next < 0 ? bytes.length : next)
    if (next < 0) return
    from = next + 1
  }
}

function* around(bytes: Buffer, cut: Buffer, places: Iterable<number>): Generator<Buffer> {
  let done = head.length
  for (const place of places) {
    if (place < done) continue
    const before = bytes.lastIndexOf(cut, place)
    const from = before < 0 ? head.length : before + 1
    const next = bytes.indexOf(cut, Math.max(place, from))
    const end = next < 0 ? bytes.length : next
    done = end
    // Also one that lacks another text: it may be half a record, whose other half has it.
    yield bytes.subarray(from, end)
  }
}
