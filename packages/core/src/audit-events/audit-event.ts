import { parseAddressRange } from '../lookup/index.ts'
import { rightEventTime, smallEventBytesMax, type TextRules } from './right-event.ts'

/** Why one event of a PutAuditEvents call is not taken, as the entry of the answer says it. */
export type AuditEventErrorCode =
  | 'FieldTooLong'
  | 'FieldNotFound'
  | 'InvalidChecksum'
  | 'InvalidData'
  | 'InvalidRecipient'
  | 'InvalidEventSource'

export type AuditEventVerdict =
  | {
      readonly kind: 'valid'
      /** `YYYY-MM-DDThh:mm:ssZ` */
      readonly eventTime: string
    }
  | { readonly kind: 'invalid'; readonly code: AuditEventErrorCode; readonly message: string }

/**
 * Judges the `eventData` of one event from outside: JSON text of an object, and the same in UTF-8. `recipient` is the
 * account of the channel.
 *
 * @source CloudTrail User Guide, integration event schema; the codes are those of the API model's ResultErrorEntry
 */
export function judgeAuditEvent(eventData: string, bytes: Uint8Array, recipient: string): AuditEventVerdict {
  if (bytes.length <= smallEventBytesMax && eventData.isWellFormed()) {
    const eventTime = rightEventTime(bytes, recipient, textRules)
    if (eventTime !== undefined) return { kind: 'valid', eventTime }
  }
  return judgeByRules(eventData, recipient)
}

/** Goes through the rules one by one, to the first that is broken. */
export function judgeByRules(eventData: string, recipient: string): AuditEventVerdict {
  try {
    return { kind: 'valid', eventTime: readAuditEvent(eventData, recipient) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { kind: 'invalid', code: error.code, message: error.message }
  }
}

/** Thrown and caught in this file only, so that rules can be written one after another. */
class Refusal extends Error {
  readonly code: AuditEventErrorCode
  constructor(code: AuditEventErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** One event without what may be large has some kilobytes; the rest is room for `userIdentity.details`. */
const eventBytesMax = 256 * 1024
/** Engines that read the record later recurse; real events nest less than ten levels. */
const depthMax = 64

function readAuditEvent(text: string, recipient: string): string {
  if (!text.isWellFormed()) throw new Refusal('InvalidData', 'eventData holds half a character.')
  checkBytes('eventData', text, eventBytesMax)
  const event = parse(text)
  requireText(event, 'version', 256)
  const identity = requireObject(event, 'userIdentity')
  requireText(identity, 'type', 128, 'userIdentity.')
  requireText(identity, 'principalId', 1024, 'userIdentity.')
  requireText(event, 'eventSource', 1024)
  requireText(event, 'eventName', 1024)
  requireText(event, 'UID', 1024)
  optionalText(event, 'userAgent', 1024)
  optionalText(event, 'errorCode', 256)
  optionalText(event, 'errorMessage', 256)
  // Unprintable characters are no name, and break the lines of whoever lists sources.
  if (/\p{Cc}/u.test(String(event.eventSource))) {
    throw new Refusal('InvalidEventSource', 'The value of eventSource has characters that are not allowed.')
  }
  const address = optionalText(event, 'sourceIPAddress', 1024)
  if (address !== undefined && !isAddress(address)) {
    throw new Refusal('InvalidData', 'The value of sourceIPAddress is not an IPv4 or IPv6 address.')
  }
  if (requireText(event, 'recipientAccountId', 1024) !== recipient) {
    throw new Refusal('InvalidRecipient', 'recipientAccountId is not the account of the channel.')
  }
  optionalObject(identity, 'details', eventBytesMax, text, 'userIdentity.')
  optionalObject(event, 'requestParameters', 100 * 1024, text)
  optionalObject(event, 'responseElements', 100 * 1024, text)
  optionalObject(event, 'additionalEventData', 28 * 1024, text)
  const time = readTime(requireText(event, 'eventTime', 64))
  if (time !== undefined) return time
  throw new Refusal('InvalidData', 'The value of eventTime must be a time in UTC of the form yyyy-MM-ddTHH:mm:ssZ.')
}

type JsonObject = Readonly<Record<string, unknown>>

function parse(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal('InvalidData', 'eventData is not valid JSON.')
  }
  if (!isObject(value)) throw new Refusal('InvalidData', 'eventData is not a JSON object.')
  if (!hasFewBrackets(text) && !isShallow(value, depthMax))
    throw new Refusal('InvalidData', `eventData nests deeper than ${depthMax} levels.`)
  return value
}

/** Too few to nest deeper than allowed: true of nearly every event, and quickly found. */
function hasFewBrackets(text: string): boolean {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0 && count <= depthMax; at = text.indexOf(bracket, at + 1)) count++
  }
  return count <= depthMax
}

function isShallow(value: unknown, depthLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depthLeft === 0) return false
  for (const member of Object.values(value)) if (!isShallow(member, depthLeft - 1)) return false
  return true
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `null` is how many writers of JSON leave a member out. */
function member(of: JsonObject, name: string): unknown {
  return Object.hasOwn(of, name) ? (of[name] ?? undefined) : undefined
}

function requireText(of: JsonObject, name: string, charactersMax: number, within = ''): string {
  const value = optionalText(of, name, charactersMax, within)
  if (value === undefined || value === '') throw new Refusal('FieldNotFound', `The field ${within}${name} is required.`)
  return value
}

function optionalText(of: JsonObject, name: string, charactersMax: number, within = ''): string | undefined {
  const value = member(of, name)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw new Refusal('InvalidData', `The field ${within}${name} must be a string.`)
  if (value.length > charactersMax) {
    throw new Refusal('FieldTooLong', `The field ${within}${name} must have at most ${charactersMax} characters.`)
  }
  return value
}

function requireObject(of: JsonObject, name: string): JsonObject {
  const value = member(of, name)
  if (value === undefined) throw new Refusal('FieldNotFound', `The field ${name} is required.`)
  if (!isObject(value)) throw new Refusal('InvalidData', `The field ${name} must be an object.`)
  return value
}

function optionalObject(of: JsonObject, name: string, bytesMax: number, text: string, within = ''): void {
  const value = member(of, name)
  if (value === undefined) return
  if (!isObject(value)) throw new Refusal('InvalidData', `The field ${within}${name} must be an object.`)
  // A part is no longer than the whole, so nearly every event is settled without being written again.
  if (text.length * 3 > bytesMax) checkBytes(`${within}${name}`, JSON.stringify(value), bytesMax)
}

function checkBytes(name: string, text: string, bytesMax: number): void {
  if (text.length * 3 <= bytesMax) return
  if (text.length <= bytesMax && new TextEncoder().encode(text).length <= bytesMax) return
  throw new Refusal('FieldTooLong', `The field ${name} must have at most ${bytesMax} bytes.`)
}

/** Four numbers up to 255; the other kind is rarer and left to the reader of ranges. */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

function isAddress(text: string): boolean {
  return ipv4.test(text) || isIpv6(text)
}

function isIpv6(text: string): boolean {
  return text.includes(':') && !text.includes('/') && parseAddressRange(text) !== undefined
}

const timeForm = /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z?$/

function readTime(text: string): string | undefined {
  const [, year, month, day] = timeForm.exec(text) ?? []
  const isDay = Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month))
  return isDay ? `${text.slice(0, 19)}Z` : undefined
}

const textRules: TextRules = { isAddress, readTime }

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}
