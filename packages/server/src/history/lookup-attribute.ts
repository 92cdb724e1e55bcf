import type { LookupCondition, LookupField } from '@cairn/core/lookup'

/** The attributes of LookupEvents, and what they are called here. */
const attributeFields = {
  EventId: 'eventId',
  EventName: 'eventName',
  ReadOnly: 'readOnly',
  Username: 'username',
  ResourceType: 'resourceType',
  ResourceName: 'resourceName',
  EventSource: 'eventSource',
  AccessKeyId: 'accessKeyId',
} as const satisfies Record<string, LookupField>

export type LookupAttributeKey = keyof typeof attributeFields

/** What the attribute asks for: the value exactly, upper and lower case apart. */
export function attributeCondition(key: LookupAttributeKey, value: string): LookupCondition {
  return {
    subject: { kind: 'field', field: attributeFields[key] },
    test: { kind: 'exactly', values: [value] },
    negated: false,
  }
}

/** Insights events have no user, key or resources to ask for. */
export const insightAttributes: readonly LookupAttributeKey[] = ['EventId', 'EventName', 'EventSource']

/**
 * Length of a value as the service counts it.
 *
 * @quirk `_`, space, comma and line break count double
 * @source CloudTrail API reference, LookupEvents
 */
export function attributeLength(value: string): number {
  return value.length + (value.match(/[_ ,\n]/g)?.length ?? 0)
}

export const attributeLengthMax = 2_000
