import type { Call, Fail } from '../operation.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Ends a call on an event data store: a reference that cannot be one, or one to a store that does not exist. */
export function failUnknownStore(
  nameOrArn: string,
  call: Call,
  fail: Fail<'EventDataStoreARNInvalidException' | 'EventDataStoreNotFoundException'>,
): never {
  const prefix = `arn:${call.partition}:cloudtrail:${call.region}:${call.account}:eventdatastore/`
  const id = nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : nameOrArn
  if (!uuid.test(id)) {
    fail('EventDataStoreARNInvalidException', `The event data store ARN '${nameOrArn}' is not valid.`)
  }
  return fail('EventDataStoreNotFoundException', `The event data store ${nameOrArn} was not found.`)
}
