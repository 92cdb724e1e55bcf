import type { Destinations } from '../../buckets/index.ts'
import type { Kms } from '../../kms/index.ts'
import { sampleFileKey, type Trail, trailKeyContext } from '../../trails/index.ts'
import type { Fail } from '../operation.ts'

/**
 * Finds the key that a text names, seen from the region of the trail's bucket, and tries it as the first delivery will.
 * Answers the key's ARN.
 */
export async function requireTrailKey(
  text: string,
  trail: Trail,
  { destinations, kms }: { readonly destinations: Destinations; readonly kms: Kms },
  fail: Fail<
    | 'InvalidKmsKeyIdException'
    | 'KmsKeyNotFoundException'
    | 'InsufficientEncryptionPolicyException'
    | 'KmsException'
    | 'S3BucketDoesNotExistException'
    | 'UnsupportedOperationException'
  >,
): Promise<string> {
  const { arn: trailArn, account, bucket: name } = trail
  const bucket = destinations.find(name) ?? fail('S3BucketDoesNotExistException', `S3 bucket ${name} does not exist!`)
  if (bucket.own === undefined) {
    fail(
      'UnsupportedOperationException',
      'Cairn does not encrypt what it delivers into other stores: leave KmsKeyId out.',
    )
  }
  const keys = kms.forService({ principal: 'cloudtrail.amazonaws.com', sourceArn: trailArn, sourceAccount: account })
  const place = { account, region: bucket.region }
  const context = trailKeyContext({ trailArn, bucket: name, key: sampleFileKey(trail) })
  const answer = await keys.check(text, place, context)
  if (answer.kind === 'granted') return answer.key.arn
  switch (answer.reason) {
    case 'malformed':
      return fail('InvalidKmsKeyIdException', `KMS key ID ${text} is not valid.`)
    case 'not-found':
      return fail(
        'KmsKeyNotFoundException',
        `KMS key ${text} does not exist, or is not in ${bucket.region}, the region of S3 bucket ${name}.`,
      )
    case 'disabled':
      return fail('KmsException', `KMS key ${text} is disabled.`)
    case 'pending-deletion':
      return fail('KmsException', `KMS key ${text} is pending deletion.`)
    case 'denied':
    case 'not-decryptable':
      return fail(
        'InsufficientEncryptionPolicyException',
        `Insufficient permissions to access S3 bucket ${name} or KMS key ${text}.`,
      )
  }
}
