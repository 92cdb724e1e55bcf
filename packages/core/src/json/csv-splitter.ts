import type { RecordSplitter, SplitLimits, SplitSink } from './record-splitter.ts'
import { createUnwrapper, recordInText } from './wrapped-record.ts'

/**
 * Takes the records out of the results that CloudTrail Lake saves as CSV: the column `eventJson` holds them.
 *
 *     file  := header row*          row := field ("," field)* (CRLF | LF)
 *     field := '"' (any byte, a quote doubled)* '"'  |  bytes without comma, quote or line break
 *
 * Its name is as the query wrote it: `SELECT *` gives lower case. Without that column a record cannot be put together
 * again truthfully, so the file is reported instead.
 *
 * @source RFC 4180; CloudTrail User Guide, saved query results
 */
export function createCsvSplitter(sink: SplitSink, limits: SplitLimits): RecordSplitter {
  const unwrapper = createUnwrapper(limits.depthMax)
  const decoder = new TextDecoder()
  let field: Uint8Array = new Uint8Array(4096)
  let length = 0
  let isQuoted = false
  /** A quote was just read inside a quoted field: the field's end, or the first half of a doubled quote. */
  let quoteSeen = false
  let column = 0
  let rowIsEmpty = true
  let wantedColumn: number | undefined
  let isHeader = true
  let tooLarge = false
  let offset = 0
  let fieldAt = 0

  function append(byte: number): void {
    if (length >= limits.recordBytesMax) {
      tooLarge = true
      return
    }
    if (length === field.length) {
      const larger = new Uint8Array(field.length * 2)
      larger.set(field)
      field = larger
    }
    field[length] = byte
    length += 1
  }

  function endField(): void {
    if (isHeader) {
      const name = decoder
        .decode(field.subarray(0, length))
        .replace(/^\ufeff/, '')
        .trim()
      if (name.toLowerCase() === 'eventjson') wantedColumn = column
    } else if (column === wantedColumn) emit()
    column += 1
    length = 0
    isQuoted = false
    quoteSeen = false
    tooLarge = false
    fieldAt = offset + 1
  }

  function emit(): void {
    if (tooLarge) {
      sink.problem({ code: 'record-too-large', offset: fieldAt })
      return
    }
    const record = recordInText(decoder.decode(field.subarray(0, length)), unwrapper.object)
    if (record === undefined) sink.problem({ code: 'not-a-record', offset: fieldAt })
    else sink.record(record, fieldAt)
  }

  function endRow(): void {
    if (rowIsEmpty) {
      length = 0
      fieldAt = offset + 1
      return
    }
    endField()
    if (isHeader && wantedColumn === undefined) sink.problem({ code: 'no-event-json', offset: 0 })
    isHeader = false
    column = 0
    rowIsEmpty = true
  }

  function read(byte: number): void {
    if (isQuoted && !quoteSeen) {
      if (byte === 0x22) quoteSeen = true
      else append(byte)
      return
    }
    switch (byte) {
      case 0x22:
        if (quoteSeen) append(byte)
        else isQuoted = true
        quoteSeen = false
        rowIsEmpty = false
        return
      case 0x2c:
        rowIsEmpty = false
        endField()
        return
      case 0x0a:
        endRow()
        return
      case 0x0d:
        return
      default:
        rowIsEmpty = false
        append(byte)
    }
  }

  /** Without the column the rest of the file says nothing that could be kept. */
  function isUseless(): boolean {
    return !isHeader && wantedColumn === undefined
  }

  return {
    push(chunk) {
      for (const byte of chunk) {
        if (isUseless()) return
        read(byte)
        offset += 1
      }
    },
    end() {
      if (isUseless()) return
      if (isQuoted && !quoteSeen) sink.problem({ code: 'truncated', offset: fieldAt })
      else endRow()
    },
  }
}
