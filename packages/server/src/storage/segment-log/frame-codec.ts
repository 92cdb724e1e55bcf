import { crc32c } from '@cairn/aws-kit/checksum'
import { Fault } from '../../fault.ts'
import type { Audience, EventSource, Frame, Position, StoredFrame } from '../../ports/event-log.ts'

/*
 * A frame, alike in open and sealed segments. Numbers are little-endian; `f64` holds a safe integer.
 *
 *   frame   = length:u32 crc:u32 body           length and CRC32C of body
 *   body    = kind:u8 source:u8 audience:u8 flags:u8 accepted-ms:f64 catalog-version:f64
 *             account:text region:text [version-after:f64] [id:text] [store:text] payload
 *   kind    = 1 event | 2 intent | 3 original
 *   source  = index in `sources`
 *   audience= 0 none (no event) | 1 live | 2 history | 3 store, then store is present
 *   flags   = 1 version-after is present | 2 id is present (an intent's id, the intent an event closes, the event of an original)
 *   text    = length:u8 UTF-8
 *   payload = the rest: the bytes as received
 */

export const frameHeadBytes = 8
const fixedBytes = 20
const textBytesMax = 255
/** Upper bound of what a frame takes besides its payload, and room for one character that makes a text too long. */
export const frameOverheadMax = frameHeadBytes + fixedBytes + 8 + 4 * (1 + textBytesMax) + 4

const kinds = { event: 1, intent: 2, original: 3 } as const
const sources: readonly EventSource[] = ['api', 'gateway', 'proxy', 'import', 'channel', 'insights']
const audiences = { live: 1, history: 2, store: 3 } as const
const hasVersionAfter = 1
const hasId = 2

/** Writes `frame` at `at` in `target`, which has room for it; returns the position behind it. */
export function encodeFrame(target: Buffer, at: number, frame: Frame): number {
  const isEvent = frame.kind === 'event'
  const id = idOf(frame)
  const versionAfter = isEvent ? frame.catalogVersionAfter : undefined
  const body = at + frameHeadBytes
  target[body] = kinds[frame.kind]
  target[body + 1] = sources.indexOf(frame.source)
  target[body + 2] = isEvent ? audiences[frame.audience.kind] : 0
  target[body + 3] = (versionAfter === undefined ? 0 : hasVersionAfter) | (id === undefined ? 0 : hasId)
  target.writeDoubleLE(frame.acceptedAtMs, body + 4)
  target.writeDoubleLE(frame.catalogVersion, body + 12)
  let next = writeText(target, body + fixedBytes, frame.account)
  next = writeText(target, next, frame.region)
  if (versionAfter !== undefined) next = target.writeDoubleLE(versionAfter, next)
  if (id !== undefined) next = writeText(target, next, id)
  if (isEvent && frame.audience.kind === 'store') next = writeText(target, next, frame.audience.id)
  target.set(frame.bytes, next)
  next += frame.bytes.length
  target.writeUInt32LE(next - body, at)
  target.writeUInt32LE(crc32c(target, body, next), at + 4)
  return next
}

function idOf(frame: Frame): string | undefined {
  switch (frame.kind) {
    case 'event':
      return frame.closes
    case 'intent':
      return frame.intentId
    case 'original':
      return frame.eventId
  }
}

function writeText(target: Buffer, at: number, text: string): number {
  const length = text.length > textBytesMax ? textBytesMax + 1 : target.write(text, at + 1)
  if (length > textBytesMax) throw new Fault('log.frame-invalid', 'text in a frame is too long', { textBytesMax })
  target[at] = length
  return at + 1 + length
}

/** Whether `source` holds all of the frame at `at`: enough where a checksum over many frames vouches for this one. */
export function isFrameWhole(source: Buffer, at: number): boolean {
  if (at + frameHeadBytes > source.length) return false
  const length = source.readUInt32LE(at)
  return length >= fixedBytes + 2 && at + frameHeadBytes + length <= source.length
}

/** Whether `source` holds all of the frame at `at`, as it was written. */
export function isFrameIntact(source: Buffer, at: number): boolean {
  if (!isFrameWhole(source, at)) return false
  const body = at + frameHeadBytes
  return crc32c(source, body, at + frameLength(source, at)) === source.readUInt32LE(at + 4)
}

/** Bytes the frame at `at` takes in all. */
export function frameLength(source: Buffer, at: number): number {
  return frameHeadBytes + source.readUInt32LE(at)
}

/** The account the frame at `at` belongs to. */
export function frameAccount(source: Buffer, at: number): string {
  return readText(source, at + frameHeadBytes + fixedBytes)
}

/** Length of what the frame at `at` carries: the bytes as received. */
export function payloadLength(source: Buffer, at: number): number {
  return at + frameLength(source, at) - payloadStart(source, at + frameHeadBytes)
}

function payloadStart(source: Buffer, body: number): number {
  const flags = source[body + 3] as number
  let next = afterText(source, afterText(source, body + fixedBytes))
  if (flags & hasVersionAfter) next += 8
  if (flags & hasId) next = afterText(source, next)
  return source[body + 2] === audiences.store ? afterText(source, next) : next
}

/**
 * The frame at `at`, which is intact. Its bytes are a view of `source`.
 *
 * @throws Fault `log.newer-format` when it uses a kind, source or audience this version does not know
 */
export function decodeFrame(source: Buffer, at: number, position: Position): StoredFrame {
  const body = at + frameHeadBytes
  const flags = source[body + 3] as number
  const accountEnd = afterText(source, body + fixedBytes)
  let next = afterText(source, accountEnd)
  const base = {
    position,
    acceptedAtMs: source.readDoubleLE(body + 4),
    account: accounts.read(source, body + fixedBytes),
    region: regions.read(source, accountEnd),
    source: known(sources[source[body + 1] as number], 'source'),
    catalogVersion: source.readDoubleLE(body + 12),
  }
  const versionAfter = flags & hasVersionAfter ? source.readDoubleLE(next) : undefined
  if (versionAfter !== undefined) next += 8
  const id = flags & hasId ? readText(source, next) : undefined
  if (id !== undefined) next = afterText(source, next)
  const bytes = source.subarray(payloadStart(source, body), at + frameLength(source, at))
  if (source[body] === kinds.intent) return { ...base, bytes, kind: 'intent', intentId: known(id, 'intent id') }
  if (source[body] === kinds.original) return { ...base, bytes, kind: 'original', eventId: known(id, 'event id') }
  if (source[body] !== kinds.event) throw newerFormat('kind')
  return {
    ...base,
    bytes,
    kind: 'event',
    audience: readAudience(source, body + 2, next),
    ...(versionAfter === undefined ? {} : { catalogVersionAfter: versionAfter }),
    ...(id === undefined ? {} : { closes: id }),
  }
}

function readAudience(source: Buffer, at: number, store: number): Audience {
  switch (source[at]) {
    case audiences.live:
      return { kind: 'live' }
    case audiences.history:
      return { kind: 'history' }
    case audiences.store:
      return { kind: 'store', id: readText(source, store) }
    default:
      throw newerFormat('audience')
  }
}

function readText(source: Buffer, at: number): string {
  return source.toString('utf8', at + 1, afterText(source, at))
}

/** Frames that follow each other are mostly alike in it: the string of the one before is handed out again. */
class RepeatedText {
  #last = ''

  read(source: Buffer, at: number): string {
    const last = this.#last
    let isSame = source[at] === last.length
    for (let nth = 0; isSame && nth < last.length; nth += 1) {
      const byte = source[at + 1 + nth] as number
      // Beyond ASCII bytes are no characters.
      isSame = byte < 0x80 && byte === last.charCodeAt(nth)
    }
    if (!isSame) this.#last = readText(source, at)
    return this.#last
  }
}

const accounts = new RepeatedText()
const regions = new RepeatedText()

function afterText(source: Buffer, at: number): number {
  return at + 1 + (source[at] as number)
}

function known<Value>(value: Value | undefined, what: string): Value {
  if (value !== undefined) return value
  throw newerFormat(what)
}

function newerFormat(what: string): Fault {
  return new Fault('log.newer-format', 'a frame was written by a newer version', { what })
}
