export type FindingKind =
  /** A digest or log file is not where it was delivered. */
  | 'missing'
  /** It is there, with another content. */
  | 'changed'
  /** It is there and cannot be read. */
  | 'unreadable'
  /** What guards the bucket is other than an interval ago. */
  | 'setting-changed'
  /** The bucket's policy grants something to everyone. */
  | 'opened'
  /** Locks end, or files are deleted by rule, within days. */
  | 'expires'

export interface Finding {
  readonly kind: FindingKind
  /** `s3://bucket/key`, or the bucket. */
  readonly place: string
  /** For a person. */
  readonly sentence: string
}
