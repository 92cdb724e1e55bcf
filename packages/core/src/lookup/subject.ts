import { type EventFields, fieldsOfRecord } from '../record/index.ts'
import { someAtPath } from './json-path.ts'
import { type LookupCategory, type LookupField, type LookupSubject, latestMs } from './query.ts'

/** One stored event as a look-up sees it. */
export interface LookupEvent {
  /** Of the frame: whose history it is in. */
  readonly account: string
  readonly region: string
  /** Event time; the time of acceptance for a record that has none. */
  readonly timeMs: number
  readonly fields: EventFields
  readonly record: object
}

/** Calls `visit` with each value of the subject, as text, until it answers true; returns whether it did. */
export function someValue(event: LookupEvent, subject: LookupSubject, visit: (value: string) => boolean): boolean {
  if (subject.kind === 'path') {
    return someAtPath(event.record, subject.path, (value) => {
      const text = scalarText(value)
      return text !== undefined && visit(text)
    })
  }
  switch (subject.field) {
    case 'resourceType':
      return event.fields.resources.some(({ type }) => type !== undefined && visit(type))
    case 'resourceName':
      return event.fields.resources.some(({ name }) => visit(name))
    default: {
      const value = singleValue(event, subject.field)
      return value !== undefined && visit(value)
    }
  }
}

function singleValue(event: LookupEvent, field: Exclude<LookupField, 'resourceType' | 'resourceName'>) {
  switch (field) {
    case 'account':
    case 'region':
      return event[field]
    case 'readOnly':
      return event.fields.readOnly === undefined ? undefined : String(event.fields.readOnly)
    default:
      return event.fields[field]
  }
}

/** Objects have no text; numbers have JavaScript's. */
function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  return undefined
}

const categoryNames: Readonly<Record<string, LookupCategory>> = {
  Management: 'management',
  Data: 'data',
  Insight: 'insight',
  NetworkActivity: 'network',
}

/** Which of the look-up's categories a record's `eventCategory` falls into. */
export function lookupCategory(eventCategory: string): LookupCategory {
  return Object.hasOwn(categoryNames, eventCategory) ? (categoryNames[eventCategory] ?? 'other') : 'other'
}

/**
 * A stored event whose fields are derived when they are first asked for: most events a scan looks at are ruled out by
 * the record alone. What is no JSON object has no fields.
 */
export function lookupEvent(
  frame: { readonly account: string; readonly region: string; readonly acceptedAtMs: number },
  record: Record<string, unknown> | undefined,
): LookupEvent {
  let fields: EventFields | undefined
  return {
    account: frame.account,
    region: frame.region,
    record: record ?? {},
    get fields() {
      fields ??= record === undefined ? noFields : fieldsOfRecord(record)
      return fields
    },
    get timeMs() {
      return lookupTimeMs(this.fields, frame.acceptedAtMs)
    },
  }
}

/** The time a look-up orders an event by: its own, or that of its acceptance when it says none that a calendar knows. */
export function lookupTimeMs(fields: EventFields, acceptedAtMs: number): number {
  const time = fields.eventTimeMs
  return Math.floor(time !== undefined && time >= 0 && time <= latestMs ? time : acceptedAtMs)
}

/** The fields of what is no JSON object: it is there, and can be found by its time. */
export const noFields: EventFields = { category: 'Management', resources: [] }
