import { type CompiledPolicy, compilePolicy, evaluate, parsePolicy } from '@cairn/aws-kit/iam'
import { type Bucket, bucketArn } from './bucket.ts'

/** A trail that wants to deliver. */
export interface DeliveryAccess {
  readonly bucket: string
  /** Key prefix of the trail, without slash at the end. */
  readonly prefix?: string
  /** Account whose events are delivered. */
  readonly account: string
  readonly trailArn: string
  /** Owner of the trail, where it is another account's, as for an organisation's. */
  readonly trailAccount?: string
  /** KMS key for its files, where it has one. */
  readonly keyArn?: string
}

/** An object that CloudTrail puts on behalf of another resource, e.g. the result of a query. */
export interface PutAccess {
  readonly bucket: string
  readonly key: string
  /** What it is put for: the policy's `aws:SourceArn` and `aws:SourceAccount`. */
  readonly sourceArn: string
  readonly sourceAccount: string
  /** KMS key that the object comes under; S3's own encryption is asked for where there is none. */
  readonly keyArn?: string
}

export type DeliveryVerdict = 'allowed' | 'denied' | 'no-such-bucket'

/** Asks the policies of buckets as CloudTrail would. */
export interface DeliveryJudge {
  trail(bucket: Bucket, access: DeliveryAccess): DeliveryVerdict
  put(bucket: Bucket, access: PutAccess): DeliveryVerdict
}

const service = 'cloudtrail.amazonaws.com'

/** Policies are texts of the catalogue; compiled ones are kept as long as their text is asked about. */
const compiledMax = 1_000

/**
 * Judges what AWS checks before a trail is made and what S3 checks at each delivery: the service may read the
 * bucket's ACL and put objects, with the owner given full control, below `[prefix/]AWSLogs/<account>/`; the same for
 * each object of a query's result.
 *
 * @source CloudTrail User Guide, Amazon S3 bucket policy for CloudTrail, and for CloudTrail Lake query results
 */
export function createDeliveryJudge(): DeliveryJudge {
  const compiled = new Map<string, CompiledPolicy>()

  function policyOf(text: string): CompiledPolicy {
    const known = compiled.get(text)
    if (known) return known
    const policy = compilePolicy(parsePolicy(text, 'resource'))
    if (compiled.size >= compiledMax) compiled.clear()
    compiled.set(text, policy)
    return policy
  }

  function put(bucket: Bucket, { key, sourceArn, sourceAccount, keyArn }: PutAccess): DeliveryVerdict {
    if (bucket.policy === undefined) return 'denied'
    const resource = { policy: { name: bucket.name, policy: policyOf(bucket.policy) } }
    const partition = sourceArn.split(':')[1] ?? 'aws'
    const isAllowed = (action: string, on: string | undefined, extra: readonly (readonly [string, string])[]) =>
      evaluate(
        {
          principal: { kind: 'service', name: service },
          action,
          resource: bucketArn(partition, bucket.name, on),
          resourceAccount: bucket.account,
          context: new Map([
            ['aws:sourcearn', sourceArn],
            ['aws:sourceaccount', sourceAccount],
            ['aws:principalisawsservice', 'true'],
            ['aws:principalservicename', service],
            ['aws:securetransport', 'true'],
            ['aws:viaawsservice', 'false'],
            ['s3:resourceaccount', bucket.account],
            ['s3:authtype', 'REST-HEADER'],
            ['s3:signatureversion', 'AWS4-HMAC-SHA256'],
            ['s3:tlsversion', '1.3'],
            ...extra,
          ]),
        },
        { identity: [], resource },
      ).allowed
    const mayPut = isAllowed('s3:PutObject', key, [
      ['s3:x-amz-acl', 'bucket-owner-full-control'],
      ...encryptionHeaders(keyArn),
    ])
    return mayPut && isAllowed('s3:GetBucketAcl', undefined, []) ? 'allowed' : 'denied'
  }

  return {
    put,
    trail: (bucket, { prefix, account, trailArn, trailAccount = account, keyArn }) =>
      put(bucket, {
        bucket: bucket.name,
        key: `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}/CloudTrail/`,
        sourceArn: trailArn,
        sourceAccount: trailAccount,
        ...(keyArn !== undefined && { keyArn }),
      }),
  }
}

/**
 * The service names the encryption of each object, so buckets may insist on it.
 *
 * @source recorded PutObject events of cloudtrail.amazonaws.com
 */
function encryptionHeaders(keyArn: string | undefined): readonly (readonly [string, string])[] {
  if (keyArn === undefined) return [['s3:x-amz-server-side-encryption', 'AES256']]
  return [
    ['s3:x-amz-server-side-encryption', 'aws:kms'],
    ['s3:x-amz-server-side-encryption-aws-kms-key-id', keyArn],
  ]
}
