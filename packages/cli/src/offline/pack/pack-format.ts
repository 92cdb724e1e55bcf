/*
 * An evidence pack is a zip file:
 *
 *   objects/<bucket>/<key>   digests and log files as they lie in the bucket; decrypted where they were under a KMS key
 *   metadata.jsonl           a line for each: key, bucket, when it was stored, metadata
 *   public-keys.json         the keys that digests are verified with
 *   trail.json               the trail as it was when the pack was made; null when it was gone
 *   configuration.ndjson     the calls that made and changed the trail, as they were recorded, oldest first
 *   report.json, report.txt  what `cairn verify` found when the pack was made
 *   README.txt               how to read and verify it
 *   signature.json           hashes of all of the above, signed with a key of the trail's digests
 *   manifest.json            last: what the pack is about, and size and SHA-256 of every other entry, in their order
 */

/** Packs of form 1 have no signature. */
export const packFormat = 2
export const manifestName = 'manifest.json'
export const signatureName = 'signature.json'
export const metadataName = 'metadata.jsonl'
export const publicKeysName = 'public-keys.json'

export interface PackManifest {
  readonly format: number
  readonly madeAt: string
  /** ARN. */
  readonly trail: string
  /** Inclusive; exclusive. */
  readonly from: string
  readonly until: string
  readonly entries: readonly PackEntry[]
}

export interface PackEntry {
  readonly name: string
  readonly size: number
  /** Hex. */
  readonly sha256: string
}

/** What a bucket knew of an object. */
export interface PackedObject {
  readonly key: string
  readonly bucket: string
  readonly storedAtMs?: number
  readonly metadata?: Readonly<Record<string, string>>
}

export function objectName({ bucket, key }: Pick<PackedObject, 'bucket' | 'key'>): string {
  return `objects/${bucket}/${key}`
}
