import { type Credentials, createSigningKeys, type SigningKeys } from '@cairn/aws-kit/sigv4'
import type { Clock } from '../../ports/clock.ts'

/** Rotated credentials are used soon enough, and a file is not read for every call. */
const keptMs = 5_000

/** A key is good for one region and service on one day; upstreams that serve more at once are rare. */
const signingKeysMax = 64

export interface KeptCredentials {
  readonly credentials: Credentials
  /** Derived from these credentials; those of others read later never meet them. */
  readonly signingKeys: SigningKeys
}

/** Reads credentials anew only when what was read last is older than some seconds. A failed reading is not kept. */
export function keptCredentials(read: () => Promise<Credentials>, clock: Clock): () => Promise<KeptCredentials> {
  let kept: (KeptCredentials & { readonly readAtMs: number }) | undefined
  return async () => {
    const nowMs = clock.nowMs()
    if (kept !== undefined && Math.abs(nowMs - kept.readAtMs) < keptMs) return kept
    const credentials = await read()
    kept = { credentials, signingKeys: createSigningKeys({ entriesMax: signingKeysMax }), readAtMs: nowMs }
    return kept
  }
}
