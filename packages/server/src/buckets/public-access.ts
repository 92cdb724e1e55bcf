import type { Bucket, PublicAccessBlock } from './bucket.ts'
import { isPublicPolicy, readBucketPolicy } from './bucket-policy.ts'

/** @source Amazon S3 User Guide, default settings for new S3 buckets, since April 2023 */
export const blocksEverything: PublicAccessBlock = {
  blocksAcls: true,
  ignoresAcls: true,
  blocksPolicy: true,
  restrictsBuckets: true,
}

const known = new WeakMap<Bucket, boolean>()

/** Whether a bucket's policy grants something to everyone. One that cannot be read grants nothing. */
export function isPublicBucket(bucket: Bucket): boolean {
  let isPublic = known.get(bucket)
  if (isPublic === undefined) {
    isPublic = bucket.policy !== undefined && readsAsPublic(bucket.policy)
    known.set(bucket, isPublic)
  }
  return isPublic
}

function readsAsPublic(policy: string): boolean {
  try {
    return isPublicPolicy(readBucketPolicy(policy))
  } catch {
    return false
  }
}

/** The policy by which a caller is judged: none where a public one is held to the owner's account. */
export function policyFor(bucket: Bucket, callerAccount: string): string | undefined {
  const isHeld = bucket.publicAccess?.restrictsBuckets && callerAccount !== bucket.account
  return isHeld && isPublicBucket(bucket) ? undefined : bucket.policy
}
