import { type AdvancedEventSelector, judgeAdvancedSelectors, type ShownAdvancedSelector } from '@cairn/core/selectors'
import type { EventDataStore, EventDataStoreKind } from '../../lake/stores/index.ts'
import type { Fail } from '../operation.ts'

/** Judges what a store is to take, and tells which kind of store that makes. */
export function judgeStoreSelectors(
  input: readonly AdvancedEventSelector[],
  resourceTypes: ReadonlySet<string>,
  fail: Fail<'InvalidEventSelectorsException' | 'UnsupportedOperationException'>,
): { readonly kind: EventDataStoreKind; readonly selectors: readonly ShownAdvancedSelector[] } {
  const verdict = judgeAdvancedSelectors(input, 'event-data-store', resourceTypes)
  if (verdict.kind === 'invalid') return fail('InvalidEventSelectorsException', verdict.message)
  const [category = ''] = verdict.selectors.flatMap(({ clauses }) =>
    clauses.flatMap(({ field, equals = [] }) => (field === 'eventCategory' ? equals : [])),
  )
  if (category === 'ConfigurationItem' || category === 'Evidence') {
    fail('UnsupportedOperationException', `Nothing that Cairn runs makes events of category ${category}.`)
  }
  return { kind: kindsByCategory[category] ?? 'events', selectors: verdict.shown }
}

/** The others are CloudTrail's own events, which mix. */
const kindsByCategory: Readonly<Record<string, EventDataStoreKind>> = {
  Insight: 'insights',
  ActivityAuditLog: 'activity',
}

/** @source CloudTrail User Guide, event data store pricing and retention: default and most, in days */
const retentionDays = {
  EXTENDABLE_RETENTION_PRICING: { usual: 366, most: 3653 },
  FIXED_RETENTION_PRICING: { usual: 2557, most: 2557 },
} as const satisfies Record<EventDataStore['billingMode'], object>

/** How long a store keeps events; what is asked for is bounded by how it would be paid for. */
export function checkRetention(
  days: number | undefined,
  billingMode: EventDataStore['billingMode'],
  fail: Fail<'InvalidParameterException'>,
): number {
  const { usual, most } = retentionDays[billingMode]
  if (days === undefined) return usual
  // The model has the least of both and the greater most.
  if (days > most) {
    fail('InvalidParameterException', `RetentionPeriod must not be greater than ${most} days with ${billingMode}.`)
  }
  return days
}

/** Whether a store takes events of all regions. What comes through channels has one region: the channel's. */
export function checkMultiRegion(
  isAsked: boolean | undefined,
  kind: EventDataStoreKind,
  fail: Fail<'InvalidParameterException'>,
): boolean {
  if (kind !== 'activity') return isAsked ?? true
  if (isAsked === true) {
    fail(
      'InvalidParameterException',
      'An event data store of category ActivityAuditLog takes events of one region: MultiRegionEnabled must be false.',
    )
  }
  return false
}

/** Refuses settings that nothing in Cairn would keep to. */
export function checkUnbuiltStoreSettings(
  settings: { readonly OrganizationEnabled?: boolean | undefined; readonly KmsKeyId?: string | undefined },
  fail: Fail<'OrganizationsNotInUseException' | 'UnsupportedOperationException'>,
): void {
  if (settings.OrganizationEnabled) {
    fail('OrganizationsNotInUseException', 'The account is not a member of an organization.')
  }
  if (settings.KmsKeyId !== undefined) {
    fail('UnsupportedOperationException', 'Cairn does not encrypt event data stores with KMS keys: leave KmsKeyId out.')
  }
}

/** Ends a call that would give a store a name that another one of its account and region has. */
export function failNameTaken(name: string, fail: Fail<'EventDataStoreAlreadyExistsException'>): never {
  return fail(
    'EventDataStoreAlreadyExistsException',
    `An event data store named ${name} already exists in this account.`,
  )
}

/** Ends a call that would change a store under the hands of an import. */
export function failOngoingImport(arn: string, fail: Fail<'EventDataStoreHasOngoingImportException'>): never {
  return fail('EventDataStoreHasOngoingImportException', `The event data store ${arn} has an ongoing import.`)
}
