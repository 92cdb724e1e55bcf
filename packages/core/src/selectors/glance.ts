import { createMemberScan, createTextReader, type MemberScan, openBrace, quote } from '../json/index.ts'
import { parseRecordTime, readRecord, recordTimeAt } from '../record/index.ts'
import { flagOf, resourcesOf, selectableEvent, textOf } from './selectable-event.ts'
import type { SelectableEvent } from './selector.ts'

/** What it takes to decide about a record: what selectors look at, and its time. */
export interface Glance {
  readonly selectable: SelectableEvent
  /** Epoch milliseconds of `eventTime`; `undefined` where it is none. */
  readonly eventTimeMs: number | undefined
}

/**
 * Reads records for those who look at each once and at few of its members: they get what `selectableEvent` tells of
 * the parsed record, and of that only what they ask for is built.
 *
 * What is made here gives `undefined` for bytes that are no JSON object. A glance holds until the next one.
 */
export function createGlancer(): (record: Uint8Array) => Glance | undefined {
  const scanned = new ScannedRecord()
  return (bytes) => {
    if (scanned.turnTo(bytes)) return scanned
    const record = readRecord(bytes)
    return record && { selectable: selectableEvent(record), eventTimeMs: parseRecordTime(record.eventTime) }
  }
}

const none = new Uint8Array(0)
const decoder = new TextDecoder()

class ScannedRecord implements Glance, SelectableEvent {
  readonly selectable = this
  readonly #members = createMemberScan([
    'eventCategory',
    'managementEvent',
    'readOnly',
    'eventSource',
    'eventName',
    'eventType',
    'sessionCredentialFromConsole',
    'userIdentity',
    'resources',
    'errorCode',
    'vpcEndpointId',
    'eventTime',
  ])
  readonly #identity = createMemberScan(['arn', 'invokedBy'])
  readonly #nth = this.#members.nth
  readonly #textOf = createTextReader()
  #bytes: Uint8Array = none

  /** False when the record has to be parsed. */
  turnTo(bytes: Uint8Array): boolean {
    this.#bytes = bytes
    return this.#members.scan(bytes, 0, bytes.length)
  }

  get eventTimeMs() {
    const [from, to] = [this.#members.start(this.#nth.eventTime), this.#members.end(this.#nth.eventTime)]
    return (
      recordTimeAt(this.#bytes, from + 1, to - 1) ?? parseRecordTime(this.#value(this.#members, this.#nth.eventTime))
    )
  }

  get eventCategory() {
    return this.#text(this.#nth.eventCategory)
  }

  get managementEvent() {
    return flagOf(this.#value(this.#members, this.#nth.managementEvent))
  }

  get readOnly() {
    return flagOf(this.#value(this.#members, this.#nth.readOnly))
  }

  get eventSource() {
    return this.#text(this.#nth.eventSource)
  }

  get eventName() {
    return this.#text(this.#nth.eventName)
  }

  get eventType() {
    return this.#text(this.#nth.eventType)
  }

  get sessionCredentialFromConsole() {
    return this.#text(this.#nth.sessionCredentialFromConsole)
  }

  get userIdentityArn() {
    return textOf(this.#identityValue('arn'))
  }

  get userIdentityInvokedBy() {
    return textOf(this.#identityValue('invokedBy'))
  }

  get resources() {
    return resourcesOf(this.#value(this.#members, this.#nth.resources))
  }

  get errorCode() {
    return this.#text(this.#nth.errorCode)
  }

  get vpcEndpointId() {
    return this.#text(this.#nth.vpcEndpointId)
  }

  #text(nth: number): string | undefined {
    return textOf(this.#value(this.#members, nth))
  }

  #value(scan: MemberScan, nth: number): unknown {
    const [from, to] = [scan.start(nth), scan.end(nth)]
    return from === 0 ? undefined : this.#valueAt(from, to)
  }

  #identityValue(name: 'arn' | 'invokedBy'): unknown {
    const [from, to] = [this.#members.start(this.#nth.userIdentity), this.#members.end(this.#nth.userIdentity)]
    if (this.#bytes[from] !== openBrace || from === 0) return undefined
    if (this.#identity.scan(this.#bytes, from, to)) return this.#value(this.#identity, this.#identity.nth[name])
    return (this.#valueAt(from, to) as Readonly<Record<string, unknown>>)[name]
  }

  /** Of a whole value, which the scan has found to be valid. */
  #valueAt(from: number, to: number): unknown {
    switch (this.#bytes[from]) {
      case quote:
        return this.#textOf(this.#bytes, from, to)
      case 0x74:
        return true
      case 0x66:
        return false
      default:
        return JSON.parse(decoder.decode(this.#bytes.subarray(from, to)))
    }
  }
}
