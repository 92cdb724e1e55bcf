import type { Catalog } from '../ports/catalog.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Ids } from '../ports/ids.ts'
import type { KmsKey } from './key.ts'
import { type KeyUser, serviceUseFrame } from './service-use.ts'

type Use = Omit<Parameters<typeof serviceUseFrame>[0], 'user' | 'key' | 'ids'>

export interface UseRecorderOptions {
  readonly log: EventLog
  readonly ids: Ids
  readonly catalog: Catalog
}

/** Writes each use of a key to the log before it is answered. */
export function createUseRecorder(
  user: KeyUser,
  { log, ids, catalog }: UseRecorderOptions,
): (key: KmsKey, use: Use) => Promise<void> {
  return async (key, use) => {
    const frame = serviceUseFrame({ ...use, user, key, ids })
    const stamps = { catalogVersion: catalog.version, acceptedAtMs: use.atMs }
    await log.append([{ ...frame, ...stamps }], { reserved: true })
  }
}
