/** The digests of one trail and one region. `backfill` holds what a standard digest could no longer take. */
export interface DigestChain {
  /** 12 digits: the account whose files are listed. */
  readonly account: string
  /** Region whose files are listed. */
  readonly region: string
  readonly trailName: string
  readonly homeRegion: string
  /** Key prefix of the trail, without slashes at its ends. */
  readonly prefix?: string
  /** `o-…`, for the trail of an organisation. */
  readonly organization?: string
  readonly kind: 'standard' | 'backfill'
}

/** A log file as a digest lists it. */
export interface ListedFile {
  readonly bucket: string
  readonly key: string
  /** Hex, of the uncompressed bytes. */
  readonly sha256: string
  readonly newestEventMs: number
  readonly oldestEventMs: number
}

/** A digest as the next one of its chain names it. */
export interface DigestLink {
  readonly bucket: string
  readonly key: string
  /** Hex, of the uncompressed bytes. */
  readonly sha256: string
  /** Hex. */
  readonly signature: string
}

/** From `startMs` (inclusive) to `endMs` (exclusive); whole seconds. */
export interface DigestWindow {
  readonly startMs: number
  readonly endMs: number
}

/** Everything a digest says. */
export interface Digest {
  readonly chain: DigestChain
  readonly window: DigestWindow
  /** Where it is written. */
  readonly bucket: string
  /** MD5 hex of the public key that verifies it. */
  readonly fingerprint: string
  /** Absent in the first digest of a chain. */
  readonly previous?: DigestLink
  readonly files: readonly ListedFile[]
}

/** The one algorithm there is; the name says both the hash and the key. */
export const signatureAlgorithm = 'SHA256withRSA'
