import { type Bucket, type Buckets, bucketArn, conditionHeaders, policyFor } from '../../buckets/index.ts'
import type { AccessRequest, Call, Fail, RecordResource } from '../operation.ts'

export const texts = {
  noSuchBucket: 'The specified bucket does not exist',
  noSuchKey: 'The specified key does not exist.',
  noSuchVersion: 'The specified version does not exist.',
  accessDenied: 'Access Denied',
} as const

/**
 * The addressed bucket. Whether a name is taken is no secret on S3; whose it is, the expected-owner header tells only
 * by yes or no.
 */
export function requireBucket(
  { buckets }: { readonly buckets: Buckets },
  name: string,
  call: Call,
  fail: Fail<'NoSuchBucket' | 'AccessDenied'>,
): Bucket {
  const bucket = buckets.find(name) ?? fail('NoSuchBucket', texts.noSuchBucket)
  const expected = call.header('x-amz-expected-bucket-owner')
  if (expected !== undefined && expected !== bucket.account) fail('AccessDenied', texts.accessDenied)
  return bucket
}

export interface S3Question {
  readonly action: string
  readonly bucket: Bucket
  readonly key?: string
  /** Condition keys without their `s3:`. */
  readonly context?: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** A question about a bucket or one of its objects, with the bucket's policy and the request's condition keys. */
export function ask({ action, bucket, key, context = {} }: S3Question, call: Call): AccessRequest {
  const keys: Record<string, string | readonly string[]> = { 's3:resourceaccount': bucket.account }
  for (const header of conditionHeaders) {
    const value = call.header(header)
    if (value !== undefined) keys[`s3:${header}`] = value
  }
  for (const [name, value] of Object.entries(context)) if (value !== undefined) keys[`s3:${name}`] = value
  const policy = policyFor(bucket, call.account)
  return {
    action,
    resource: bucketArn(call.partition, bucket.name, key),
    resourceAccount: bucket.account,
    ...(policy !== undefined && { resourcePolicy: policy }),
    context: keys,
  }
}

type Needs = { readonly buckets: Buckets }
type BucketInput = { readonly Bucket: string }
type AccessFail = Fail<'NoSuchBucket' | 'AccessDenied'>

/** The `access` of an operation on a bucket's own settings. */
export function bucketAccess(action: string) {
  return (input: BucketInput, needs: Needs, call: Call, fail: AccessFail): readonly AccessRequest[] => {
    const bucket = requireBucket(needs, input.Bucket, call, fail)
    call.notes.resources = [bucketResource(bucket, call)]
    return [ask({ action, bucket }, call)]
  }
}

/**
 * The `access` of an operation on the bucket's policy itself. The owner's root is never held to that policy: one that
 * denies everybody could be taken away by nobody, and with it the bucket would be lost.
 *
 * @source S3 API Reference, PutBucketPolicy and DeleteBucketPolicy, on the root user of the bucket owner's account
 */
export function bucketPolicyAccess(action: string) {
  const ofBucket = bucketAccess(action)
  return (input: BucketInput, needs: Needs, call: Call, fail: AccessFail): readonly AccessRequest[] => {
    const { principal } = call
    const questions = ofBucket(input, needs, call, fail)
    return questions.map(({ resourcePolicy, ...question }) => {
      const isOwnersRoot = principal.kind === 'root' && principal.account === question.resourceAccount
      return isOwnersRoot || resourcePolicy === undefined ? question : { ...question, resourcePolicy }
    })
  }
}

/** Another account may be let in to everything else, never to who is let in. */
export function requireOwner({ account }: Bucket, call: Call, fail: Fail<'MethodNotAllowed'>): void {
  if (call.account !== account) fail('MethodNotAllowed', 'The specified method is not allowed against this resource.')
}

/** The `access` of an operation on one object; `versioned` is the action's name when a version is addressed. */
export function objectAccess(action: string, versioned = action) {
  return (
    input: BucketInput & { readonly Key: string; readonly VersionId?: string | undefined },
    needs: Needs,
    call: Call,
    fail: AccessFail,
  ): readonly AccessRequest[] => {
    const bucket = requireBucket(needs, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const { Key: key, VersionId: versionId } = input
    const name = versionId === undefined ? action : versioned
    return [ask({ action: name, bucket, key, context: { versionid: versionId } }, call)]
  }
}

export function bucketResource(bucket: Bucket, call: Call): RecordResource {
  return { accountId: bucket.account, type: 'AWS::S3::Bucket', ARN: bucketArn(call.partition, bucket.name) }
}

/** An object is named without its owner, before its bucket. */
export function objectResources(bucket: Bucket, key: string, call: Call): readonly RecordResource[] {
  return [{ type: 'AWS::S3::Object', ARN: bucketArn(call.partition, bucket.name, key) }, bucketResource(bucket, call)]
}

/** Listings name the objects by what all their ARNs begin with. */
export function listedResources(bucket: Bucket, call: Call): readonly RecordResource[] {
  return [
    { type: 'AWS::S3::Object', ARNPrefix: bucketArn(call.partition, bucket.name, '') },
    bucketResource(bucket, call),
  ]
}
