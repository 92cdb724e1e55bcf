export type ObjectEventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated'

/** Something that happened to an object. */
export interface ObjectEvent {
  readonly name: ObjectEventName
  readonly key: string
  readonly size?: number
  /** Quoted. */
  readonly etag?: string
  readonly versionId?: string
  /** Whose doing it was. */
  readonly by: { readonly principalId: string; readonly sourceIp: string; readonly requestId: string }
}
