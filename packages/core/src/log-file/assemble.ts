const encoder = new TextEncoder()
const opening = encoder.encode('{"Records":[')
const closing = encoder.encode(']}')
const comma = 0x2c
const lineFeed = 0x0a
const carriageReturn = 0x0d

/** What a platform may do better than the language alone. */
export interface AssembleMeans {
  includes(bytes: Uint8Array<ArrayBuffer>, byte: number): boolean
  /** At least so many bytes, of any content. */
  allocate(bytes: number): Uint8Array<ArrayBuffer>
}

const plainMeans: AssembleMeans = {
  includes: (bytes, byte) => bytes.includes(byte),
  allocate: (bytes) => new Uint8Array(bytes),
}

/**
 * The content of a log file: `{"Records":[…]}` around the records' own bytes, on one line. A record is copied as it is
 * but for raw line breaks: in valid JSON these only stand between tokens, where they mean nothing.
 */
export function assembleLogFile(
  records: readonly Uint8Array[],
  { includes, allocate } = plainMeans,
): Uint8Array<ArrayBuffer> {
  const bytes = records.reduce((sum, record) => sum + record.length, 0)
  const separators = Math.max(0, records.length - 1)
  const size = opening.length + bytes + separators + closing.length
  const file = allocate(size).subarray(0, size)
  file.set(opening)
  let end = opening.length
  for (const record of records) {
    if (end > opening.length) file[end++] = comma
    file.set(record, end)
    end += record.length
  }
  file.set(closing, end)
  return includes(file, lineFeed) || includes(file, carriageReturn) ? withoutLineBreaks(file) : file
}

/** In place. Nearly every file is free of them, and searching all of it for a byte is far quicker than each record. */
function withoutLineBreaks(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let end = 0
  for (const byte of file) if (byte !== lineFeed && byte !== carriageReturn) file[end++] = byte
  return file.subarray(0, end)
}
