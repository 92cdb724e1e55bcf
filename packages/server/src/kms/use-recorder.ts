import type { KmsKey } from './key.ts'
import type { KmsOptions } from './kms.ts'
import { type KeyUser, serviceUseFrame } from './service-use.ts'

type Use = Omit<Parameters<typeof serviceUseFrame>[0], 'user' | 'key' | 'ids'>

/** Writes each use of a key to the log before it is answered. */
export function createUseRecorder(
  user: KeyUser,
  { log, ids, catalog }: Pick<KmsOptions, 'log' | 'ids' | 'catalog'>,
): (key: KmsKey, use: Use) => Promise<void> {
  return async (key, use) => {
    const frame = serviceUseFrame({ ...use, user, key, ids })
    const stamps = { catalogVersion: catalog.version, acceptedAtMs: use.atMs }
    await log.append([{ ...frame, ...stamps }], { reserved: true })
  }
}
