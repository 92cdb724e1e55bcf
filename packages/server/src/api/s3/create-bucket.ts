import { type Bucket, blocksEverything, bucketArn, bucketNameProblem } from '../../buckets/index.ts'
import type { BucketCannedACL } from '../generated/s3.ts'
import type { Fail } from '../operation.ts'
import { checkBucketTags } from './bucket-tags.ts'
import { isOwnersAcl, refuseGrantHeaders, refuseGrants } from './owner-only.ts'
import { defineOperation } from './service.ts'

export const createBucket = defineOperation({
  name: 'CreateBucket',
  action: 's3:CreateBucket',
  uses: ['buckets', 'destinations', 'clock'],
  readOnly: false,
  access: (input, _capabilities, call) => [
    {
      action: 's3:CreateBucket',
      resource: bucketArn(call.partition, input.Bucket),
      context: {
        ...(input.CreateBucketConfiguration?.LocationConstraint !== undefined && {
          's3:locationconstraint': input.CreateBucketConfiguration.LocationConstraint,
        }),
        ...(input.ACL !== undefined && { 's3:x-amz-acl': input.ACL }),
        ...(input.ObjectOwnership !== undefined && { 's3:x-amz-object-ownership': input.ObjectOwnership }),
      },
    },
  ],
  async run(input, { buckets, destinations, clock }, call, fail) {
    if (bucketNameProblem(input.Bucket) !== undefined) fail('InvalidBucketName', 'The specified bucket is not valid.')
    const region = bucketRegion(input.CreateBucketConfiguration?.LocationConstraint, call.region, fail)
    const { Location: zone, Bucket: kind, Tags: tags = [] } = input.CreateBucketConfiguration ?? {}
    if (zone !== undefined || kind !== undefined) fail('NotImplemented', 'Cairn has no directory buckets.')
    const ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced'
    refuseGrantHeaders(input, fail)
    checkAcl(input.ACL, ownership, fail)
    const bucket: Bucket = {
      name: input.Bucket,
      account: call.account,
      region,
      createdAtMs: clock.nowMs(),
      ownership,
      publicAccess: blocksEverything,
      tags: checkBucketTags(tags, fail),
      // Locks hold versions, so a bucket made with one keeps versions.
      ...(input.ObjectLockEnabledForBucket && { versioning: 'Enabled', lock: {} }),
    }
    // Trails deliver into another store's bucket of that name.
    const known = destinations.find(bucket.name)
    const isElsewhere = known !== undefined && known.own === undefined
    const taken = isElsewhere ? undefined : await buckets.create(call.cause, bucket)
    if (isElsewhere || (taken && taken.account !== call.account)) {
      fail(
        'BucketAlreadyExists',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      )
    }
    // @quirk In us-east-1 creating one's own bucket again succeeds, as it did before there were other regions.
    if (taken && !(taken.region === 'us-east-1' && call.region === 'us-east-1')) {
      fail(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
      )
    }
    return { Location: region === 'us-east-1' ? `/${bucket.name}` : `http://${bucket.name}.s3.amazonaws.com/` }
  },
})

/** S3 takes, and ignores, the canned ACLs that speak of the bucket's owner, as those of objects do. */
function checkAcl(
  canned: BucketCannedACL | undefined,
  ownership: Bucket['ownership'],
  fail: Fail<'InvalidBucketAclWithObjectOwnership' | 'AccessDenied' | 'NotImplemented'>,
): void {
  if (canned === undefined || isOwnersAcl(canned)) return
  if (ownership === 'BucketOwnerEnforced') {
    fail(
      'InvalidBucketAclWithObjectOwnership',
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    )
  }
  refuseGrants(canned, fail)
}

/**
 * Where the bucket goes. The us-east-1 endpoint makes buckets anywhere and takes no constraint for itself; any other
 * endpoint makes them in its own region, which must be named.
 */
function bucketRegion(
  constraint: string | undefined,
  endpoint: string,
  fail: Fail<'IllegalLocationConstraintException' | 'InvalidLocationConstraint'>,
): string {
  const wanted = constraint === 'EU' ? 'eu-west-1' : constraint
  if (wanted === undefined || wanted === '') {
    if (endpoint === 'us-east-1') return endpoint
    return failIncompatible('unspecified', fail)
  }
  if (endpoint !== 'us-east-1') return wanted === endpoint ? wanted : failIncompatible(wanted, fail)
  if (wanted === 'us-east-1' || !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(wanted)) {
    fail('InvalidLocationConstraint', 'The specified location-constraint is not valid')
  }
  return wanted
}

function failIncompatible(constraint: string, fail: Fail<'IllegalLocationConstraintException'>): never {
  return fail(
    'IllegalLocationConstraintException',
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  )
}
