const encoder = new TextEncoder()
const opening = encoder.encode('{"Records":[')
const closing = encoder.encode(']}')
const comma = 0x2c
const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * The content of a log file: `{"Records":[…]}` around the records' own bytes, on one line. A record is copied as it is
 * but for raw line breaks: in valid JSON these only stand between tokens, where they mean nothing.
 */
export function assembleLogFile(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = records.reduce((sum, record) => sum + record.length, 0)
  const separators = Math.max(0, records.length - 1)
  const file = new Uint8Array(opening.length + bytes + separators + closing.length)
  file.set(opening)
  let end = opening.length
  records.forEach((record, index) => {
    if (index > 0) file[end++] = comma
    end = copyWithoutLineBreaks(record, file, end)
  })
  file.set(closing, end)
  return file.subarray(0, end + closing.length)
}

/** Returns where `target` goes on. */
function copyWithoutLineBreaks(record: Uint8Array, target: Uint8Array, at: number): number {
  target.set(record, at)
  // Nearly every record is free of them, and searching for a byte is far quicker than looking at each.
  if (!record.includes(lineFeed) && !record.includes(carriageReturn)) return at + record.length
  let end = at
  for (const byte of record) if (byte !== lineFeed && byte !== carriageReturn) target[end++] = byte
  return end
}
