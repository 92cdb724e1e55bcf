/** What the signature of an evidence pack vouches for. */
export interface PackSeal {
  /** ARN. */
  readonly trail: string
  /** ISO 8601. */
  readonly from: string
  readonly until: string
  readonly madeAt: string
  /** SHA-256, hex, of {@link packObjectsText}: the objects of buckets, which prove themselves. */
  readonly objectsSha256: string
  /** Everything else in the pack, in its order. */
  readonly entries: readonly PackSealEntry[]
}

export interface PackSealEntry {
  readonly name: string
  /** Hex. */
  readonly sha256: string
}

/**
 * What is signed of a pack, with a key of digests. The text that is signed of a digest begins with a time, so neither
 * can be passed off as the other.
 */
export function packSealText({ trail, from, until, madeAt, objectsSha256, entries }: PackSeal): string {
  const facts = ['cairn evidence pack', trail, from, until, madeAt, objectsSha256]
  return [...facts, packObjectsText(entries)].join('\n')
}

/** A line of hash and name for each entry. */
export function packObjectsText(entries: readonly PackSealEntry[]): string {
  return entries.map(({ name, sha256 }) => `${sha256} ${name}\n`).join('')
}
