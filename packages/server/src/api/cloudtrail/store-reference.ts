import type { Call, Fail } from '../operation.ts'

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** Ends a call on an event data store: a reference that cannot be one, or one to a store that does not exist. */
export function failUnknownStore(
  nameOrArn: string,
  call: Call,
  fail: Fail<'EventDataStoreARNInvalidException' | 'EventDataStoreNotFoundException'>,
): never {
  const arn = `arn:${call.partition}:cloudtrail:${call.region}:${call.account}:eventdatastore/`
  if (!new RegExp(`^(${arn})?${uuid}$`).test(nameOrArn)) {
    fail('EventDataStoreARNInvalidException', `The event data store ARN '${nameOrArn}' is not valid.`)
  }
  return fail('EventDataStoreNotFoundException', `The event data store ${nameOrArn} was not found.`)
}
