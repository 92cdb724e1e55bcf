import type { DigestChain, DigestLink, DigestWindow } from '@cairn/core/digest'
import { type CatalogReader, defineCollection } from '../ports/catalog.ts'
import type { TrailArn } from '../trails/index.ts'

/**
 * Where the digests of one trail and region stand.
 *
 *     open ──boundary──► claimed ──written──► open ──trail stopped and drained──► claimed (last) ──written──► closed
 *
 * A claim holds everything that decides the bytes of its digests: who finds it after a crash writes the same objects
 * under the same names, without the key.
 */
export interface ChainRecord {
  readonly trail: TrailArn
  readonly account: string
  readonly trailName: string
  readonly homeRegion: string
  readonly region: string
  /** Where digests go; follows the trail while it exists. */
  readonly bucket: string
  readonly prefix?: string
  /** ARN of the trail's KMS key, where it has one. */
  readonly keyArn?: string
  /** Since when the trail has logged, with digests: a trail that was stopped and started has another chain. */
  readonly sinceMs: number
  /** The boundary at which its first digest ends; later than `sinceMs` where the region came into use later. */
  readonly beginsAtMs: number
  readonly isClosed: boolean
  /** End of the last digest in this place, of an earlier chain too. */
  readonly endMs?: number
  /** The last digest of this chain; absent until there is one. */
  readonly last?: DigestLink
  readonly backfill?: { readonly last: DigestLink; readonly endMs: number }
  /** Files up to this id are on lists. */
  readonly through: number
  readonly claim?: DigestClaim
  /** When a digest was last written. */
  readonly deliveredAtMs?: number
  /** What the last attempt met, as S3 names it; absent after a success. */
  readonly error?: string
}

export interface DigestClaim {
  readonly standard: SignedDigest
  readonly backfill?: SignedDigest & { readonly generatedAtMs: number }
  readonly through: number
  readonly closes: boolean
}

/** A digest that was signed and may or may not be in the bucket. */
export interface SignedDigest {
  readonly window: DigestWindow
  readonly bucket: string
  readonly prefix?: string
  readonly fingerprint: string
  /** Hex, of its text. */
  readonly sha256: string
  readonly signature: string
}

/** Whether digests are still to come. */
export function isOpen(record: ChainRecord): boolean {
  return !record.isClosed
}

const chainCollection = defineCollection<ChainRecord>('digest-chain', { keepsHistory: false })

/** All of them, or those of one trail. */
export function chainRecords(catalog: CatalogReader, trail?: string): readonly ChainRecord[] {
  const prefix = trail === undefined ? undefined : `${trail}|`
  return catalog.list(chainCollection, prefix).map(({ value }) => value)
}

export function chainRecord(catalog: CatalogReader, trail: string, region: string): ChainRecord | undefined {
  return catalog.get(chainCollection, `${trail}|${region}`)
}

export function putChainRecord(
  draft: { put(collection: typeof chainCollection, key: string, value: ChainRecord): void },
  record: ChainRecord,
): void {
  draft.put(chainCollection, `${record.trail}|${record.region}`, record)
}

/** The chain whose digests lie under `prefix`: an older digest's own, where the trail has another by now. */
export function chainOf(record: ChainRecord, kind: DigestChain['kind'], prefix: string | undefined): DigestChain {
  const { account, region, trailName, homeRegion } = record
  return { account, region, trailName, homeRegion, kind, ...(prefix !== undefined && { prefix }) }
}
