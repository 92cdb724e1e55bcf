/**
 * The member names by which a piece of JSON is recognised as a record, as a wrapping of records, or as something
 * else that is found among log files.
 */
export type KeyMeaning =
  /** A member that CloudTrail records have. Two of them make a record. */
  | 'record'
  /** An array of records or of wrapped records. */
  | 'list'
  /** GetQueryResults' rows: arrays of one-member objects, one of them the record's text. */
  | 'rows'
  /** A string that holds a record's JSON text. */
  | 'text'
  /** An object that is the record or wraps it: an event bus's envelope, documents of search engines. */
  | 'inner'
  /** A digest file. */
  | 'digest'

const meanings: Readonly<Record<KeyMeaning, readonly string[]>> = {
  record: [
    'eventVersion',
    'eventID',
    'eventId',
    'eventName',
    'eventSource',
    'eventTime',
    'eventType',
    'eventCategory',
    'userIdentity',
  ],
  list: ['Records', 'Events', 'events', 'logEvents'],
  rows: ['QueryResultRows'],
  // Lake names its columns as the query does, and in lower case where it says `SELECT *`.
  text: ['CloudTrailEvent', 'eventJson', 'eventjson', 'message'],
  inner: ['detail', 'aws', 'cloudtrail'],
  digest: ['digestS3Object', 'digestStartTime', 'digestSignatureAlgorithm'],
}

interface KnownKey {
  readonly bytes: Uint8Array
  readonly meaning: KeyMeaning
}

const byLength: KnownKey[][] = []
for (const [meaning, names] of Object.entries(meanings) as [KeyMeaning, readonly string[]][]) {
  for (const name of names) {
    const sameLength = byLength[name.length] ?? []
    sameLength.push({ bytes: new TextEncoder().encode(name), meaning })
    byLength[name.length] = sameLength
  }
}

/** The meaning of the key whose bytes stand from `start` to `end`; no string is built. */
export function keyMeaning(bytes: Uint8Array, start: number, end: number): KeyMeaning | undefined {
  const candidates = byLength[end - start]
  if (candidates === undefined) return undefined
  for (const candidate of candidates) if (matches(bytes, start, candidate.bytes)) return candidate.meaning
  return undefined
}

function matches(bytes: Uint8Array, start: number, key: Uint8Array): boolean {
  for (let i = key.length - 1; i >= 0; i -= 1) if (bytes[start + i] !== key[i]) return false
  return true
}

/** First members with which real writers begin a record or a wrapped record: where to take up after broken bytes. */
const firstKeys = ['eventVersion', 'awsRegion', 'additionalEventData', 'eventTime', 'eventID', 'EventId', 'eventId']

const starts: readonly Uint8Array[] = firstKeys.map((name) => new TextEncoder().encode(`"${name}"`))

/** Longest stretch in which a start can hide: the brace, white space and the longest key. */
export const recordStartBytesMax = 64

/**
 * Position at or after `from` of a brace that begins a record, or -1. `atLineStart` also accepts a brace that begins
 * a line, as in files with one record a line.
 */
export function findRecordStart(bytes: Uint8Array, from: number, to: number, atLineStart: boolean): number {
  for (let at = from; ; at += 1) {
    at = bytes.indexOf(0x7b, at)
    if (at < 0 || at >= to) return -1
    if (atLineStart && at > 0 && bytes[at - 1] === 0x0a) return at
    let key = at + 1
    while (key < to && key - at < 32 && isSpace(bytes[key])) key += 1
    if (bytes[key] === 0x22 && starts.some((start) => key + start.length <= to && matches(bytes, key, start))) return at
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
