import { type EventDataStore, type EventDataStores, eventDataStoreArn } from '../../lake/stores/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { requestTagKeys, resourceTagKeys } from './trail-access.ts'

type ReferenceError = 'EventDataStoreARNInvalidException' | 'EventDataStoreNotFoundException'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const arnGrammar = /^arn:([a-z-]+):cloudtrail:([a-z0-9-]{1,63}):(\d{12}):eventdatastore\/([^/]+)$/

/** Where a store would be that a request names by its ARN, or by the last part of it in the caller's account. */
interface StoreReference {
  readonly arn: string
  readonly account: string
  readonly id: string
}

function readStoreReference(idOrArn: string, call: Call): StoreReference | undefined {
  if (uuid.test(idOrArn)) {
    const { partition, account, region } = call
    return { arn: eventDataStoreArn({ partition, account, region, id: idOrArn }), account, id: idOrArn }
  }
  const [, partition, region, account = '', id = ''] = arnGrammar.exec(idOrArn) ?? []
  if (partition !== call.partition || region !== call.region || !uuid.test(id)) return undefined
  return { arn: idOrArn, account, id }
}

/**
 * The store that a request means, in whatever state it is. With `isShared`, one of another account by its ARN too:
 * only for operations that a resource policy can allow, which `storeAccess` has asked about.
 */
export function resolveStore(
  idOrArn: string,
  stores: EventDataStores,
  call: Call,
  fail: Fail<ReferenceError>,
  { isShared = false }: { readonly isShared?: boolean } = {},
): EventDataStore {
  const reference = requireStoreReference(idOrArn, call, fail, { isShared })
  const store = stores.find(reference.id)
  return store?.arn === reference.arn ? store : failUnknownStore(idOrArn, fail)
}

/** The ARN that a request means by a filter: of a store of the caller's account and region, whether there is one or not. */
export function requireStoreArn(idOrArn: string, call: Call, fail: Fail<'EventDataStoreARNInvalidException'>): string {
  return requireStoreReference(idOrArn, call, fail, { isShared: false }).arn
}

function requireStoreReference(
  idOrArn: string,
  call: Call,
  fail: Fail<'EventDataStoreARNInvalidException'>,
  { isShared }: { readonly isShared: boolean },
): StoreReference {
  const reference = readStoreReference(idOrArn, call)
  if (reference !== undefined && (isShared || reference.account === call.account)) return reference
  return fail('EventDataStoreARNInvalidException', `The event data store ARN '${idOrArn}' is not valid.`)
}

/** As `resolveStore`, for what a store that is pending deletion no longer does. */
export function resolveActiveStore(
  idOrArn: string,
  stores: EventDataStores,
  call: Call,
  fail: Fail<ReferenceError | 'InactiveEventDataStoreException'>,
  options?: { readonly isShared?: boolean },
): EventDataStore {
  const store = resolveStore(idOrArn, stores, call, fail, options)
  checkActive(store, fail)
  return store
}

/** As `resolveActiveStore`, for operations that have no errors of their own for a store they cannot use. */
export function resolveNamedStore(
  parameter: string,
  idOrArn: string,
  stores: EventDataStores,
  call: Call,
  fail: Fail<'InvalidParameterException'>,
): EventDataStore {
  return resolveActiveStore(idOrArn, stores, call, (_, message) =>
    fail('InvalidParameterException', `${parameter} is not valid: ${message}`),
  )
}

export function checkActive(store: EventDataStore, fail: Fail<'InactiveEventDataStoreException'>): void {
  if (store.deletedAfterMs === undefined) return
  fail('InactiveEventDataStoreException', `The event data store ${store.arn} is pending deletion.`)
}

export function failUnknownStore(shown: string, fail: Fail<'EventDataStoreNotFoundException'>): never {
  return fail('EventDataStoreNotFoundException', `The event data store ${shown} was not found.`)
}

/**
 * The access question of an operation on one event data store; what means none is asked as `*`. Resource policies let
 * other accounts in, and count within the store's own account as well.
 *
 * @source Service Authorization Reference, CloudTrail: eventdatastore, with `aws:ResourceTag`
 */
export function storeAccess(
  action: string,
  idOrArn: string,
  call: Call,
  stores: EventDataStores,
  requestedTags: Parameters<typeof requestTagKeys>[0] = [],
): readonly AccessRequest[] {
  const reference = readStoreReference(idOrArn, call)
  if (reference === undefined) return [{ action, resource: '*', context: requestTagKeys(requestedTags) }]
  const found = stores.find(reference.id)
  const store = found?.arn === reference.arn ? found : undefined
  return [
    {
      action,
      resource: reference.arn,
      resourceAccount: reference.account,
      ...(store?.policy !== undefined && { resourcePolicy: store.policy }),
      context: { ...resourceTagKeys(store?.tags ?? []), ...requestTagKeys(requestedTags) },
    },
  ]
}
