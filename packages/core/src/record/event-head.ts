import { createMemberScan, createTextReader, type MemberScan, openBrace, quote } from '../json/index.ts'
import { type EventHead, headOf, readRecord, textOf } from './event-fields.ts'
import { parseRecordTime, recordTimeAt } from './time.ts'

const members = createMemberScan([
  'eventID',
  'eventId',
  'eventTime',
  'awsRegion',
  'recipientAccountId',
  'accountId',
  'userIdentity',
])
const identity = createMemberScan(['accountId'])
const { nth: member } = members
const stringAt = createTextReader()

/**
 * The same as `eventFields` for those who need no more than the head; nothing is parsed where a record is written as
 * records are. `undefined` when the bytes are not one JSON object.
 */
export function eventHead(bytes: Uint8Array): EventHead | undefined {
  const head = members.scan(bytes, 0, bytes.length) ? scannedHead(bytes) : undefined
  if (head !== undefined) return head
  const record = readRecord(bytes)
  return record && headOf(record)
}

/** `undefined` when the caller's identity has to be parsed. */
function scannedHead(bytes: Uint8Array): EventHead | undefined {
  const from = members.start(member.userIdentity)
  const hasIdentity = from > 0 && bytes[from] === openBrace
  if (hasIdentity && !identity.scan(bytes, from, members.end(member.userIdentity))) return undefined
  const text = (nth: number) => textIn(bytes, members, nth)
  return {
    // Aggregated records spell it `eventId`.
    eventId: text(member.eventID) ?? text(member.eventId),
    eventTimeMs: timeIn(bytes),
    region: text(member.awsRegion),
    recipientAccountId: text(member.recipientAccountId) ?? text(member.accountId),
    callerAccountId: hasIdentity ? textIn(bytes, identity, identity.nth.accountId) : undefined,
  }
}

function textIn(bytes: Uint8Array, scan: MemberScan, nth: number): string | undefined {
  const from = scan.start(nth)
  return bytes[from] === quote ? textOf(stringAt(bytes, from, scan.end(nth))) : undefined
}

function timeIn(bytes: Uint8Array): number | undefined {
  const [from, to] = [members.start(member.eventTime), members.end(member.eventTime)]
  if (bytes[from] !== quote) return undefined
  return recordTimeAt(bytes, from + 1, to - 1) ?? parseRecordTime(stringAt(bytes, from, to))
}
