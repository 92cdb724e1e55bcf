import type { AddressRange } from './address-range.ts'
import type { JsonPath } from './json-path.ts'
import type { Wildcard } from './wildcard.ts'

/** What a condition can ask about by name. Everything else of a record is reached by its path. */
export const lookupFields = [
  'eventId',
  'eventName',
  'eventSource',
  'username',
  'accessKeyId',
  'resourceType',
  'resourceName',
  'errorCode',
  'sourceIp',
  'userAgent',
  'readOnly',
  'account',
  'region',
] as const

export type LookupField = (typeof lookupFields)[number]

export type LookupSubject =
  | { readonly kind: 'field'; readonly field: LookupField }
  | { readonly kind: 'path'; readonly path: JsonPath }

export type LookupTest =
  /** Equal to one of `values`, character for character. */
  | { readonly kind: 'exactly'; readonly values: readonly string[] }
  /** Matches one of `patterns`. */
  | { readonly kind: 'like'; readonly patterns: readonly Wildcard[] }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'exists' }
  /** An address inside one of `ranges`. */
  | { readonly kind: 'within'; readonly ranges: readonly AddressRange[] }
  /** A number, or text that is one, between the bounds. */
  | { readonly kind: 'number'; readonly bounds: NumberBounds }

export interface NumberBounds {
  readonly above?: number
  readonly atLeast?: number
  readonly below?: number
  readonly atMost?: number
}

/**
 * One condition. A subject with several values (resources, arrays) meets the test when any of them does; a negated
 * condition holds when none does, so it also holds where the subject is absent.
 */
export interface LookupCondition {
  readonly subject: LookupSubject
  readonly test: LookupTest
  readonly negated: boolean
}

export const eventCategories = ['management', 'data', 'insight', 'network', 'other'] as const
export type LookupCategory = (typeof eventCategories)[number]

/** What to group counts by: a field, a path, or the event time cut to the hour or day. */
export type LookupGrouping = LookupSubject | { readonly kind: 'time'; readonly unit: 'hour' | 'day' }

/** A look-up, checked and normalised. All conditions hold together. */
export interface LookupQuery {
  readonly conditions: readonly LookupCondition[]
  /** Event time, epoch milliseconds, both inclusive. */
  readonly sinceMs: number
  readonly untilMs: number
  /** `undefined`: all that the caller may read. */
  readonly accounts: readonly string[] | undefined
  readonly regions: readonly string[] | undefined
  readonly categories: readonly LookupCategory[]
  readonly order: 'newest' | 'oldest'
  /** Events returned at most. With counts, counting goes on beyond it. */
  readonly eventsMax: number
  /** Counts per value of each of these, over all events that match. Empty: stop at `eventsMax`. */
  readonly groupings: readonly LookupGrouping[]
  /** Whether to count every match even when nothing is grouped. */
  readonly counted: boolean
}

/** Latest moment an event can carry; look-ups without an end reach to it. */
export const latestMs = 253_402_300_799_999

/** The widest look-up: everything, newest first. Tests and callers start from it. */
export const everything: LookupQuery = {
  conditions: [],
  sinceMs: 0,
  untilMs: latestMs,
  accounts: undefined,
  regions: undefined,
  categories: eventCategories,
  order: 'newest',
  eventsMax: 50,
  groupings: [],
  counted: false,
}
