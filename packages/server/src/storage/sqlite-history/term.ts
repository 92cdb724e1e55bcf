import { hash } from 'node:crypto'
import type { LookupField } from '@cairn/core/lookup'

/**
 * What has a list of postings. The numbers are stored. `readOnly` has one value per event (`true`, `false`, `none`),
 * so its lists together are the list of all events by time.
 */
export const attributeNumbers = {
  readOnly: 1,
  eventName: 2,
  eventSource: 3,
  username: 4,
  accessKeyId: 5,
  resourceType: 6,
  resourceName: 7,
  errorCode: 8,
  sourceIp: 9,
} as const satisfies Partial<Record<LookupField, number>>

export type IndexedAttribute = keyof typeof attributeNumbers

export const readOnlyValues = ['true', 'false', 'none'] as const

/**
 * Attributes whose values are also kept as text, to find those that match a pattern or lie in an address range.
 * Names of resources and access keys are left out: there are about as many as events, and text would double the index.
 */
export const listedAttributes: readonly IndexedAttribute[] = [
  'eventName',
  'eventSource',
  'username',
  'resourceType',
  'errorCode',
  'sourceIp',
]

export function isIndexed(field: LookupField): field is IndexedAttribute {
  return Object.hasOwn(attributeNumbers, field)
}

/**
 * The number under which the postings of one value are kept: 48 bits of a hash. Two values may share one (a chance of
 * 1 in 500 that any two of a million do), so everything found is verified on the record.
 */
export function termOf(attribute: IndexedAttribute, value: string): number {
  return hash('sha256', `${attributeNumbers[attribute]}\0${value}`, 'buffer').readUIntBE(0, 6)
}
