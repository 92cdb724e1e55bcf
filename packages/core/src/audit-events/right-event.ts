import {
  backslash,
  createMemberScan,
  createTextReader,
  type MemberScan,
  openBrace,
  quote,
  space,
} from '../json/index.ts'

const event = createMemberScan([
  'version',
  'userIdentity',
  'eventSource',
  'eventName',
  'UID',
  'userAgent',
  'errorCode',
  'errorMessage',
  'sourceIPAddress',
  'recipientAccountId',
  'eventTime',
  'requestParameters',
  'responseElements',
  'additionalEventData',
])
const identity = createMemberScan(['type', 'principalId', 'details'])
const { nth: member } = event
const { nth: identityMember } = identity
const textAt = createTextReader()

/** The least of the limits of what may be large: nothing in a smaller event exceeds any. */
export const smallEventBytesMax = 28 * 1024

const lastPrintable = 0x7e

/** What is to be asked about the few members whose text counts. */
export interface TextRules {
  isAddress(text: string): boolean
  readTime(text: string): string | undefined
}

/**
 * The event time of an event that is right beyond doubt, found without parsing it; `undefined` where the rules have to be
 * gone through one by one, and mostly something is wrong. `bytes` are valid UTF-8, `smallEventBytesMax` at most.
 */
export function rightEventTime(bytes: Uint8Array, recipient: string, rules: TextRules): string | undefined {
  if (!event.scan(bytes, 0, bytes.length)) return undefined
  const from = event.start(member.userIdentity)
  if (bytes[from] !== openBrace || !identity.scan(bytes, from, event.end(member.userIdentity))) return undefined
  const isRight =
    hasText(bytes, event, member.version, 256) &&
    hasText(bytes, identity, identityMember.type, 128) &&
    hasText(bytes, identity, identityMember.principalId, 1024) &&
    mayBeObject(bytes, identity, identityMember.details) &&
    hasText(bytes, event, member.eventSource, 1024) &&
    hasText(bytes, event, member.eventName, 1024) &&
    hasText(bytes, event, member.UID, 1024) &&
    mayBeText(bytes, event, member.userAgent, 1024) &&
    mayBeText(bytes, event, member.errorCode, 256) &&
    mayBeText(bytes, event, member.errorMessage, 256) &&
    mayBeText(bytes, event, member.sourceIPAddress, 45) &&
    hasText(bytes, event, member.recipientAccountId, recipient.length) &&
    hasText(bytes, event, member.eventTime, 64) &&
    mayBeObject(bytes, event, member.requestParameters) &&
    mayBeObject(bytes, event, member.responseElements) &&
    mayBeObject(bytes, event, member.additionalEventData)
  if (!isRight) return undefined
  const text = (nth: number) => textAt(bytes, event.start(nth), event.end(nth))
  if (text(member.recipientAccountId) !== recipient) return undefined
  if (event.start(member.sourceIPAddress) > 0 && !rules.isAddress(text(member.sourceIPAddress))) return undefined
  return rules.readTime(text(member.eventTime))
}

function mayBeObject(bytes: Uint8Array, scan: MemberScan, nth: number): boolean {
  const from = scan.start(nth)
  return from === 0 || bytes[from] === openBrace
}

function mayBeText(bytes: Uint8Array, scan: MemberScan, nth: number, charactersMax: number): boolean {
  return scan.start(nth) === 0 || hasText(bytes, scan, nth, charactersMax)
}

/** Whether there is text of printable ASCII without escapes: as many characters as bytes, and no odd ones among them. */
function hasText(bytes: Uint8Array, scan: MemberScan, nth: number, charactersMax: number): boolean {
  const from = scan.start(nth) + 1
  const to = scan.end(nth) - 1
  if (from === 1 || bytes[from - 1] !== quote || to <= from || to - from > charactersMax) return false
  for (let at = from; at < to; at = (at + 1) | 0) {
    const byte = bytes[at] ?? 0
    if (byte === backslash || byte < space || byte > lastPrintable) return false
  }
  return true
}
