import { closeBracket, openBrace, openBracket, quote } from './bytes.ts'
import { findRecordStart, keyMeaning, recordStartBytesMax } from './record-keys.ts'
import { createValueScanner } from './value-scanner.ts'
import { createUnwrapper } from './wrapped-record.ts'

/**
 * Finds the bytes of every CloudTrail record in a file that arrives in pieces, whatever wraps them, and never
 * re-serialises one.
 *
 *     file      := [BOM] item*                                items may stand one a line, or with nothing between
 *     item      := record | envelope | wrapped | '[' item,* ']' | time-stamp item       (a line of a log export)
 *     envelope  := '{' …, ("Records" | "Events" | "events" | "logEvents" | "QueryResultRows"): '[' item,* ']', … '}'
 *     wrapped   := '{' …, ("CloudTrailEvent" | "eventJson" | "message"): "<record as a JSON string>", … '}'
 *                | '{' …, ("detail" | "aws" | "cloudtrail"): (record | wrapped), … '}'
 *     record    := an object with at least two members that records have
 *
 * States: between items (`container`), inside an object (`object`), and looking for the next record after broken
 * bytes (`seek`). What cannot be read is reported by its offset, and reading goes on behind it.
 */
export interface RecordSplitter {
  /** `chunk` may be reused by the caller after the call. */
  push(chunk: Uint8Array): void
  /** Tells what is left unfinished. Nothing may be pushed afterwards. */
  end(): void
}

export interface SplitSink {
  /** One record. `bytes` are the splitter's own and valid only during the call. */
  record(bytes: Uint8Array, offset: number): void
  /** A digest file: evidence about log files, not a record. */
  digest(offset: number): void
  problem(problem: SplitProblem): void
}

export type SplitProblemCode =
  | 'invalid-json'
  | 'truncated'
  | 'record-too-large'
  | 'too-deep'
  | 'not-a-record'
  | 'unexpected-text'
  | 'missing-comma'
  | 'no-event-json'

export interface SplitProblem {
  readonly code: SplitProblemCode
  /** Byte offset in the (decompressed) file where the piece begins that could not be read. */
  readonly offset: number
}

export interface SplitLimits {
  /** A larger record is reported and skipped. Also bounds the splitter's memory. */
  readonly recordBytesMax: number
  /** A record that nests deeper is reported and skipped. */
  readonly depthMax: number
}

/** AWS's largest record is 1 MB (a store's "Large" event); room for tools that print it with spaces. */
export const splitLimits: SplitLimits = { recordBytesMax: 8 * 1024 * 1024, depthMax: 512 }

/** `top` is the file itself; `envelope` an object around a list. */
type Container = 'top' | 'list' | 'rows' | 'envelope'

/** Real wrappings nest three deep. */
const containersMax = 16

export function createRecordSplitter(sink: SplitSink, limits: SplitLimits = splitLimits): RecordSplitter {
  const scanner = createValueScanner(limits.depthMax)
  const unwrap = createUnwrapper(limits.depthMax)
  const containers: Container[] = ['top']
  let mode: 'container' | 'object' | 'seek' = 'container'

  let window: Uint8Array = new Uint8Array(0)
  let filled = 0
  let owned = false
  /** File offset of the window's first byte. */
  let base = 0
  let position = 0
  let ended = false

  /** Of the object being read: position of its brace, negative when its bytes are let go. */
  let origin = 0
  let kept = false
  let isEnvelope = false
  let recordKeys = 0
  let textAt = -1
  let innerAt = -1
  let isDigest = false

  let junkAt = -1
  let junkIsTime = false
  let quiet = false
  let itemBefore = false
  let commaReported = false
  let rowsWithRecord = true
  let rescanned = 0

  function problem(code: SplitProblemCode, at: number): void {
    sink.problem({ code, offset: base + at })
  }

  function run(): void {
    while (position < filled) {
      if (mode === 'object') inObject()
      else if (mode === 'container') betweenItems()
      else if (!seek()) return
    }
  }

  function betweenItems(): void {
    const byte = window[position] as number
    const at = position
    switch (byte) {
      case 0x20:
      case 0x09:
      case 0x0d:
        position += 1
        return
      case 0x0a:
        endJunk(false)
        position += 1
        return
      case 0x2c:
        itemBefore = false
        position += 1
        return
      case openBrace:
        endJunk(true)
        noteComma()
        beginObject()
        return
      case openBracket:
        endJunk(true)
        noteComma()
        position += 1
        if (containers.length < containersMax) containers.push(containers.at(-1) === 'rows' ? 'rows' : 'list')
        else problem('too-deep', at)
        return
      case closeBracket:
        endJunk(false)
        position += 1
        closeList(at)
        return
      default:
        // A byte order mark before everything else is no text.
        if (base + at < 3 && (byte === 0xef || byte === 0xbb || byte === 0xbf)) {
          position += 1
          return
        }
        if (junkAt < 0) {
          junkAt = base + at
          junkIsTime = containers.length === 1
        }
        junkIsTime &&= isTimeByte(byte)
        position += 1
    }
  }

  /** Text between items is reported once until the next record, unless it is the time before a line of an export. */
  function endJunk(beforeItem: boolean): void {
    if (junkAt < 0) return
    if (!(beforeItem && junkIsTime) && !quiet) {
      sink.problem({ code: 'unexpected-text', offset: junkAt })
      quiet = true
    }
    junkAt = -1
  }

  function noteComma(): void {
    if (itemBefore && containers.length > 1 && !commaReported) {
      commaReported = true
      problem('missing-comma', position)
    }
    itemBefore = false
  }

  function beginObject(): void {
    mode = 'object'
    origin = position
    kept = true
    isEnvelope = false
    recordKeys = 0
    textAt = -1
    innerAt = -1
    isDigest = false
    scanner.begin()
  }

  function closeList(at: number): void {
    const container = containers.at(-1)
    if (container !== 'list' && container !== 'rows') {
      junkAt = base + at
      endJunk(false)
      return
    }
    containers.pop()
    itemBefore = true
    if (containers.at(-1) !== 'envelope') return
    if (container === 'rows' && !rowsWithRecord) problem('no-event-json', at)
    mode = 'object'
    isEnvelope = true
    kept = false
    origin = at
    scanner.resumeAfterValue()
  }

  function inObject(): void {
    const outcome = scanner.scan(window, position, filled, origin)
    position = scanner.position
    switch (outcome) {
      case 'more':
        if (kept && filled - origin > limits.recordBytesMax) letGo('record-too-large')
        return
      case 'member':
        noteMember()
        return
      case 'deep':
        letGo('too-deep')
        return
      case 'invalid':
        breakOff('invalid-json')
        return
      case 'end':
        endObject()
    }
  }

  /** The object's end is still wanted, its bytes are not. */
  function letGo(code: SplitProblemCode): void {
    problem(code, origin)
    kept = false
    isEnvelope = false
    scanner.countOnly()
  }

  function noteMember(): void {
    const { keyStart, keyEnd, valueStart } = scanner.member
    const meaning = keyMeaning(window, origin + keyStart, origin + keyEnd)
    if (meaning === undefined) return
    const first = window[origin + valueStart]
    if (meaning === 'record') recordKeys += 1
    else if (meaning === 'digest') isDigest = true
    else if (meaning === 'text' && first === quote) textAt = valueStart
    else if (meaning === 'inner' && first === openBrace) innerAt = valueStart
    else if ((meaning === 'list' || meaning === 'rows') && first === openBracket && recordKeys < 2) enterList(meaning)
  }

  function enterList(meaning: 'list' | 'rows'): void {
    if (containers.length + 2 > containersMax) return
    if (!isEnvelope) containers.push('envelope')
    containers.push(meaning)
    if (meaning === 'rows') rowsWithRecord = false
    mode = 'container'
    itemBefore = false
    position += 1
  }

  function endObject(): void {
    mode = 'container'
    itemBefore = true
    if (isEnvelope) containers.pop()
    else if (kept) emit(window.subarray(origin, position))
  }

  function emit(bytes: Uint8Array): void {
    if (bytes.length > limits.recordBytesMax) problem('record-too-large', origin)
    else if (recordKeys >= 2) emitRecord(bytes)
    else if (isDigest) sink.digest(base + origin)
    else {
      const inner = textAt >= 0 ? unwrap.text(bytes, textAt) : innerAt >= 0 ? unwrap.object(bytes, innerAt) : undefined
      if (inner !== undefined) emitRecord(inner)
      else if (containers.at(-1) !== 'rows') problem('not-a-record', origin)
    }
  }

  function emitRecord(bytes: Uint8Array): void {
    quiet = false
    rowsWithRecord = true
    sink.record(bytes, base + origin)
  }

  /**
   * Gives the object up and looks for the next record, first inside the bytes it seemed to cover. Reading those again
   * is budgeted against what the file has brought, so that hostile nesting stays linear.
   */
  function breakOff(code: SplitProblemCode): void {
    problem(code, origin)
    const again = position - (origin + 1)
    const mayRead = kept && rescanned + again <= 2 * (base + filled) + limits.recordBytesMax
    if (mayRead) {
      rescanned += again
      position = origin + 1
    }
    mode = 'seek'
    if (isEnvelope) containers.pop()
  }

  /** False when more bytes are needed. */
  function seek(): boolean {
    const at = findRecordStart(window, position, filled, containers.length === 1)
    if (at >= 0) {
      position = at
      mode = 'container'
      itemBefore = false
      return true
    }
    position = ended ? filled : Math.max(position, filled - recordStartBytesMax)
    return false
  }

  /** Keeps the bytes that are still needed in front of the new ones. */
  function take(chunk: Uint8Array): void {
    const from =
      mode !== 'object' ? position : kept ? origin : scanner.isAtKey ? origin + scanner.member.keyStart : position
    const held = filled - from
    if (held === 0) {
      window = chunk
      owned = false
    } else {
      const needed = held + chunk.length
      if (owned && window.length >= needed) window.copyWithin(0, from, filled)
      else {
        const larger = new Uint8Array(Math.max(needed, 2 * held, 64 * 1024))
        larger.set(window.subarray(from, filled))
        window = larger
        owned = true
      }
      window.set(chunk, held)
    }
    base += from
    origin -= from
    position -= from
    filled = held + chunk.length
  }

  return {
    push(chunk) {
      take(chunk)
      run()
      // What is still needed of a borrowed chunk is copied, because its owner may reuse it.
      if (!owned) take(new Uint8Array(0))
    },
    end() {
      ended = true
      run()
      while (mode === 'object') {
        if (kept) breakOff('truncated')
        else {
          problem('truncated', filled)
          return
        }
        run()
      }
      endJunk(false)
      if (containers.length > 1) problem('truncated', filled)
    },
  }
}

/** Digits, `T`, `Z` and the punctuation of an ISO time. */
function isTimeByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x3a) || byte === 0x2d || byte === 0x2e || byte === 0x2b || byte === 0x54 || byte === 0x5a
  )
}
