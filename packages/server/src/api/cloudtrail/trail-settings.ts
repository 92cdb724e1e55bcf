import { bucketNameProblem, type Destinations } from '../../buckets/index.ts'
import type { Trail } from '../../trails/index.ts'
import type { Fail } from '../operation.ts'

/** What a trail of all regions must keep to, in AWS's words. */
export const multiRegionRule = 'Multi-Region trail must include global service events.'

interface LogSettings {
  readonly CloudWatchLogsLogGroupArn?: string | undefined
  readonly CloudWatchLogsRoleArn?: string | undefined
}

/** The log group and the role that writes to it come together; empty texts clear both. */
export function checkLogGroupPair(settings: LogSettings, fail: Fail<'InvalidParameterCombinationException'>): void {
  if (Boolean(settings.CloudWatchLogsLogGroupArn) === Boolean(settings.CloudWatchLogsRoleArn)) return
  fail(
    'InvalidParameterCombinationException',
    'CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn must be given together.',
  )
}

interface UnbuiltSettings extends LogSettings {
  readonly SnsTopicName?: string | undefined
  readonly IsOrganizationTrail?: boolean | undefined
}

/** Refuses settings whose consumer Cairn does not have yet: they are never stored and ignored. */
export function checkUnbuiltSettings(
  settings: UnbuiltSettings,
  fail: Fail<
    'OrganizationsNotInUseException' | 'UnsupportedOperationException' | 'CloudWatchLogsDeliveryUnavailableException'
  >,
): void {
  if (settings.IsOrganizationTrail) {
    fail('OrganizationsNotInUseException', 'The account is not a member of an organization.')
  }
  if (settings.SnsTopicName)
    fail('UnsupportedOperationException', 'Cairn does not send SNS notifications yet: leave SnsTopicName out.')
  if (settings.CloudWatchLogsLogGroupArn) {
    fail(
      'CloudWatchLogsDeliveryUnavailableException',
      'Cairn does not deliver to CloudWatch Logs yet: leave CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn out.',
    )
  }
}

/** Checks the names of where a trail is to deliver to. */
export function checkPlace(
  trail: Trail,
  fail: Fail<'InvalidS3BucketNameException' | 'InvalidS3PrefixException'>,
): void {
  const nameProblem = bucketNameProblem(trail.bucket)
  if (nameProblem !== undefined) fail('InvalidS3BucketNameException', nameProblem)
  if (trail.prefix !== undefined && trail.prefix.length > 200) {
    fail('InvalidS3PrefixException', 'S3 prefix is longer than maximum length: 200')
  }
  // No object could be named so: half a character, or one that no listing can show.
  if (trail.prefix !== undefined && /[\p{Cc}\p{Cs}]/u.test(trail.prefix)) {
    fail('InvalidS3PrefixException', 'S3 prefix contains characters that are not allowed.')
  }
}

/** Checks name, existence and policy of the bucket a trail is to deliver to, in AWS's order. */
export function checkDestination(
  trail: Trail,
  destinations: Destinations,
  fail: Parameters<typeof checkPlace>[1] &
    Fail<'S3BucketDoesNotExistException' | 'InsufficientS3BucketPolicyException'>,
): void {
  checkPlace(trail, fail)
  const verdict = destinations.check({
    bucket: trail.bucket,
    account: trail.account,
    trailArn: trail.arn,
    ...(trail.prefix !== undefined && { prefix: trail.prefix }),
    ...(trail.keyArn !== undefined && { keyArn: trail.keyArn }),
  })
  if (verdict === 'no-such-bucket') {
    fail('S3BucketDoesNotExistException', `S3 bucket ${trail.bucket} does not exist!`)
  }
  if (verdict === 'denied') {
    fail('InsufficientS3BucketPolicyException', `Incorrect S3 bucket policy is detected for bucket: ${trail.bucket}`)
  }
}
