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
}

export type DeliveryVerdict = 'allowed' | 'denied' | 'no-such-bucket'

const service = 'cloudtrail.amazonaws.com'

/** Policies are texts of the catalogue; compiled ones are kept as long as their text is asked about. */
const compiledMax = 1_000

/**
 * Judges what AWS checks before a trail is made and what S3 checks at each delivery: the service may read the
 * bucket's ACL and put objects, with the owner given full control, below `[prefix/]AWSLogs/<account>/`.
 *
 * @source CloudTrail User Guide, Amazon S3 bucket policy for CloudTrail
 */
export function createDeliveryJudge(): (bucket: Bucket, access: DeliveryAccess) => DeliveryVerdict {
  const compiled = new Map<string, CompiledPolicy>()

  function policyOf(text: string): CompiledPolicy {
    const known = compiled.get(text)
    if (known) return known
    const policy = compilePolicy(parsePolicy(text, 'resource'))
    if (compiled.size >= compiledMax) compiled.clear()
    compiled.set(text, policy)
    return policy
  }

  return (bucket, { prefix, account, trailArn, trailAccount = account }) => {
    if (bucket.policy === undefined) return 'denied'
    const resource = { policy: { name: bucket.name, policy: policyOf(bucket.policy) } }
    const partition = trailArn.split(':')[1] ?? 'aws'
    const folder = `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}`
    const isAllowed = (action: string, key: string | undefined, extra: readonly (readonly [string, string])[]) =>
      evaluate(
        {
          principal: { kind: 'service', name: service },
          action,
          resource: bucketArn(partition, bucket.name, key),
          resourceAccount: bucket.account,
          context: new Map([
            ['aws:sourcearn', trailArn],
            ['aws:sourceaccount', trailAccount],
            ['aws:principalisawsservice', 'true'],
            ['aws:principalservicename', service],
            ['aws:securetransport', 'true'],
            ['s3:resourceaccount', bucket.account],
            ...extra,
          ]),
        },
        { identity: [], resource },
      ).allowed
    const mayPut = isAllowed('s3:PutObject', `${folder}/CloudTrail/`, [['s3:x-amz-acl', 'bucket-owner-full-control']])
    return mayPut && isAllowed('s3:GetBucketAcl', undefined, []) ? 'allowed' : 'denied'
  }
}
