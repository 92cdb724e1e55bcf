import type { ObservedRequest, RoutedOperation } from '@cairn/aws-kit/naming'

type Query = readonly (readonly [name: string, value: string])[]

/**
 * What a version of an object is asked for by, instead of the object: who may hide an object behind a marker may not for
 * that reason destroy what is behind it.
 *
 * @source Amazon S3 User Guide, required permissions for S3 API operations
 */
const versioned: Readonly<Record<string, string>> = {
  's3:DeleteObject': 's3:DeleteObjectVersion',
  's3:DeleteObjectTagging': 's3:DeleteObjectVersionTagging',
  's3:GetObject': 's3:GetObjectVersion',
  's3:GetObjectAcl': 's3:GetObjectVersionAcl',
  's3:GetObjectAttributes': 's3:GetObjectVersionAttributes',
  's3:GetObjectTagging': 's3:GetObjectVersionTagging',
  's3:GetObjectTorrent': 's3:GetObjectVersionTorrent',
  's3:PutObjectAcl': 's3:PutObjectVersionAcl',
  's3:PutObjectTagging': 's3:PutObjectVersionTagging',
}

const acl = /^x-amz-(acl$|grant-)/

/** What headers ask for beside the operation itself. @source as above, and the API reference of each operation */
const ofHeaders: readonly (readonly [operations: RegExp, header: RegExp, actions: readonly string[]])[] = [
  [/^(PutObject|CopyObject|CreateMultipartUpload)$/, acl, ['s3:PutObjectAcl']],
  [/^(PutObject|CopyObject|CreateMultipartUpload)$/, /^x-amz-tagging$/, ['s3:PutObjectTagging']],
  [
    /^(PutObject|CopyObject|CreateMultipartUpload)$/,
    /^x-amz-object-lock-(mode|retain-until-date)$/,
    ['s3:PutObjectRetention'],
  ],
  [/^(PutObject|CopyObject|CreateMultipartUpload)$/, /^x-amz-object-lock-legal-hold$/, ['s3:PutObjectLegalHold']],
  [/^(DeleteObjects?|PutObjectRetention)$/, /^x-amz-bypass-governance-retention$/, ['s3:BypassGovernanceRetention']],
  [/^CreateBucket$/, acl, ['s3:PutBucketAcl']],
  [/^CreateBucket$/, /^x-amz-object-ownership$/, ['s3:PutBucketOwnershipControls']],
  [
    /^CreateBucket$/,
    /^x-amz-bucket-object-lock-enabled$/,
    ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
  ],
]

/** The actions of IAM that a call of S3 needs: its operation's, in the version it names, and what its headers set. */
export function s3Actions(operation: RoutedOperation, request: ObservedRequest, query: Query): readonly string[] {
  const { name, actions } = operation
  // A presigned address has its headers in the query.
  const present = [...Object.keys(request.headers), ...query.map(([parameter]) => parameter.toLowerCase())]
  const more = ofHeaders.flatMap(([operations, header, own]) =>
    operations.test(name) && present.some((each) => header.test(each)) ? own : [],
  )
  if (name === 'DeleteObjects') {
    return [...actions, ...(mayNameVersions(request) ? ['s3:DeleteObjectVersion'] : []), ...more]
  }
  // Of a copy, the source has the version; it is asked for by the header that names it.
  const isVersion = query.some(([parameter]) => parameter === 'versionId')
  const own = isVersion ? actions.map((action) => versioned[action] ?? action) : actions
  return more.length === 0 ? own : [...own, ...more]
}

/** Whether a list of objects may have versions in it, by whatever reader of XML; one that is not at hand may. */
function mayNameVersions({ bodyHead, bodyIsWhole }: ObservedRequest): boolean {
  if (!bodyIsWhole || bodyHead.byteLength === 0) return true
  const text = Buffer.from(bodyHead.buffer, bodyHead.byteOffset, bodyHead.byteLength).toString('latin1')
  // An entity could stand for the element, and another encoding could hide it.
  return /versionid|<!|\0|encoding\s*=\s*["'](?!utf-8)/i.test(text)
}
