import type { Credentials } from '@cairn/aws-kit/sigv4'
import type { Clock } from '../../ports/clock.ts'

/** Rotated credentials are used soon enough, and a file is not read for every call. */
const keptMs = 5_000

/** Reads credentials anew only when what was read last is older than some seconds. A failed reading is not kept. */
export function keptCredentials(read: () => Promise<Credentials>, clock: Clock): () => Promise<Credentials> {
  let kept: { readonly credentials: Credentials; readonly readAtMs: number } | undefined
  return async () => {
    const nowMs = clock.nowMs()
    if (kept !== undefined && Math.abs(nowMs - kept.readAtMs) < keptMs) return kept.credentials
    const credentials = await read()
    kept = { credentials, readAtMs: nowMs }
    return credentials
  }
}
