import type { ListedFile } from './digest.ts'
import type { DigestName } from './digest-key.ts'
import type { FoundDigest } from './read-digest.ts'

/** What a signature turned out to be. `no-key`: none of the public keys at hand has the fingerprint. */
export type SignatureVerdict = 'valid' | 'invalid' | 'no-key'

/** The signature that lies beside a digest, in the metadata of its object. */
export type OwnSignature =
  /** The copy that is verified carries no metadata at all, as after a plain copy to a folder. */
  | { readonly kind: 'not-carried' }
  /** Metadata is there, and the signature is not in it. */
  | { readonly kind: 'stripped' }
  | { readonly kind: 'given'; readonly signature: string; readonly verdict: SignatureVerdict }

/** The content of a compressed file. */
export type SeenContent<Read> =
  | (Read & {
      readonly kind: 'read'
      /** Hex, of the uncompressed bytes of the first gzip member. */
      readonly sha256: string
      /** Bytes follow that member: a second one, or anything else. */
      readonly hasMoreBytes: boolean
    })
  /** `problem` is put as words behind "it". */
  | { readonly kind: 'unreadable'; readonly problem: string }

/** An object as it lies in a bucket; a folder's path is its key, and it has no bucket. */
export interface SeenPlace {
  /** As shown to a person. */
  readonly place: string
  readonly bucket: string | undefined
  readonly key: string
}

export interface SeenDigest extends SeenPlace {
  readonly name: DigestName
  readonly content: SeenContent<{ readonly digest: FoundDigest }>
  readonly own: OwnSignature
  /** Verdict over the signature that a later digest says this one had; absent when none says so. */
  readonly statedVerdict?: SignatureVerdict
}

export interface SeenFile extends SeenPlace {
  readonly content: SeenContent<object>
  readonly region: string
  readonly stampMs: number
  /** When the bucket took it; unknown in a copy. */
  readonly storedAtMs?: number
}

/** A call that begins or ends the digests of a trail, as log files tell it. */
export interface TrailEvent {
  readonly turns: 'on' | 'off'
  readonly eventName: string
  readonly trailName: string
  readonly account: string
  readonly atMs: number
}

/** Finds the file that a digest means. `elsewhere`: it lies where nobody looked, or outside of the time asked about. */
export type FindFile = (listed: ListedFile) => SeenFile | 'gone' | 'elsewhere'
