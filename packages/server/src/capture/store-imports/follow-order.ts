import { defineCollection } from '../../ports/catalog.ts'

/** An order to follow a place in a store, as the catalogue keeps it: key is its id. */
export interface FollowOrder {
  readonly store: string
  readonly bucket: string
  readonly prefix: string
  /** Of records that name none. */
  readonly account?: string
  readonly sinceMs?: number
  /** Where new files are announced: URL or ARN of a queue. */
  readonly queue?: string
  /** Public keys that digests are checked with: base64 of DER. Absent: they are not checked. */
  readonly verifyKeys?: readonly string[]
  readonly orderedAtMs: number
  /** When the last round that saw everything new began; what came before needs no look at its days. */
  readonly seenToMs?: number
}

export const followOrders = defineCollection<FollowOrder>('import-follows', { keepsHistory: false })
