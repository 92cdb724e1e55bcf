import type { EventLog } from '../ports/event-log.ts'
import { type CallerKeys, createCallerKeys } from './caller-keys.ts'
import { createDueWork } from './due-work.ts'
import { createGrants, type Grants } from './grant-store.ts'
import { createKeyStore, type KeyStore, type KeyStoreOptions } from './key-store.ts'
import { createServiceKeys, type ServiceCaller, type ServiceKeys } from './service-keys.ts'
import type { KeyUser } from './service-use.ts'

/** Keys, and their use by services of ours. */
export interface Kms extends KeyStore {
  /** Keys as a service of ours uses them for itself: asked for permission and recorded. */
  forService(caller: ServiceCaller): ServiceKeys
  /** Keys as a service of ours uses them for its caller: permission was asked for; recorded. */
  forCaller(user: KeyUser): CallerKeys
  readonly grants: Grants
  /** Deletes keys whose window is over, rotates those that are due, and writes down what was done. */
  runDue(): Promise<void>
}

export interface KmsOptions extends KeyStoreOptions {
  readonly log: EventLog
  /** Whether services need a key policy that lets them; an emulator does without. */
  readonly demandsPolicies: boolean
}

export function createKms(options: KmsOptions): Kms {
  const keys = createKeyStore(options)
  return {
    ...keys,
    forService: (caller) => createServiceKeys(caller, keys, options),
    forCaller: (user) => createCallerKeys(user, keys, options),
    grants: createGrants(options.catalog),
    runDue: createDueWork(options),
  }
}
