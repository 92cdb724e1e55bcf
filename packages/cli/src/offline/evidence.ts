/** An object that is verified: one in a bucket, or a file that is a copy of one. */
export interface EvidenceObject {
  /** Key in the bucket; below the folder, the path with slashes. */
  readonly key: string
  /** As shown to a person. */
  readonly place: string
  /** Absent for a copy, of which nobody knows where it lay. */
  readonly bucket?: string
  /** What the bucket knows of it. Absent where the copy does not carry it. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly storedAtMs?: number
  /** Why nobody can read it, put as words behind "it"; else one of the two below. */
  readonly problem?: string
  /** The bytes are in a buffer of their own. */
  readonly path?: string
  readonly bytes?: Uint8Array<ArrayBuffer>
}
