import type { SelectorField } from './selector.ts'

/** Who the selectors belong to: some fields are for event data stores alone. */
export type SelectorOwner = 'trail' | 'event-data-store'

export type AwsOperator = 'Equals' | 'NotEquals' | 'StartsWith' | 'NotStartsWith' | 'EndsWith' | 'NotEndsWith'

export const awsOperators: readonly AwsOperator[] = [
  'Equals',
  'NotEquals',
  'StartsWith',
  'NotStartsWith',
  'EndsWith',
  'NotEndsWith',
]

/** What a field may hold. */
export interface FieldRule {
  readonly owners: readonly SelectorOwner[]
  readonly operators: readonly AwsOperator[]
  /** Only these values. */
  readonly values?: readonly string[]
  readonly isSingle?: boolean
  readonly isRequired?: boolean
}

const both: readonly SelectorOwner[] = ['trail', 'event-data-store']
const storeOnly: readonly SelectorOwner[] = ['event-data-store']
const free: FieldRule = { owners: both, operators: awsOperators }
const freeInStores: FieldRule = { owners: storeOnly, operators: awsOperators }
const readOnly: FieldRule = { owners: both, operators: ['Equals'], values: ['true', 'false'], isSingle: true }
const consoleSession = (owners: readonly SelectorOwner[]): FieldRule => ({
  owners,
  operators: ['Equals', 'NotEquals'],
  values: ['true'],
})

type Rules = Partial<Record<SelectorField, FieldRule>>

/**
 * The fields of each category besides `eventCategory` itself. For management events of a trail, `eventSource` only
 * excludes the two talkative sources.
 *
 * @source CloudTrail API Reference, AdvancedFieldSelector
 */
const byCategory: Readonly<Record<string, (owner: SelectorOwner) => Rules>> = {
  Management: (owner) => ({
    readOnly,
    eventSource:
      owner === 'trail'
        ? { owners: both, operators: ['NotEquals'], values: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] }
        : free,
    eventName: freeInStores,
    eventType: freeInStores,
    sessionCredentialFromConsole: consoleSession(storeOnly),
    'userIdentity.arn': freeInStores,
  }),
  Data: () => ({
    readOnly,
    eventSource: free,
    eventName: free,
    eventType: free,
    sessionCredentialFromConsole: consoleSession(both),
    'userIdentity.arn': free,
    'resources.type': { owners: both, operators: ['Equals'], isSingle: true, isRequired: true },
    'resources.ARN': free,
  }),
  NetworkActivity: () => ({
    eventSource: { owners: both, operators: ['Equals'], isSingle: true, isRequired: true },
    eventName: free,
    errorCode: { owners: both, operators: ['Equals'], values: ['VpceAccessDenied'] },
    vpcEndpointId: free,
  }),
}

/** Event data stores also keep these; nothing of them can be narrowed down, and they mix with no others. */
const wholeCategories = ['Insight', 'ConfigurationItem', 'Evidence', 'ActivityAuditLog']

export function isWholeCategory(category: string): boolean {
  return wholeCategories.includes(category)
}

/** The rules of a category for an owner, or `undefined` when the owner cannot have the category. */
export function rulesOf(category: string, owner: SelectorOwner): Rules | undefined {
  if (owner === 'event-data-store' && isWholeCategory(category)) return {}
  return Object.hasOwn(byCategory, category) ? byCategory[category]?.(owner) : undefined
}
