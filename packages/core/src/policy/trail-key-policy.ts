/** Whose trails a KMS key is to encrypt for. */
export interface TrailKey {
  /** Account of the key and of the trails. */
  readonly account: string
  /** `aws`, `aws-cn`, … */
  readonly partition: string
  /** Home region of the trail; any when absent. */
  readonly region?: string
  /** Only this trail; any of the account when absent. */
  readonly trailName?: string
}

/**
 * The policy for a KMS key that trails encrypt with, as an object to be written as JSON: the default policy of a key, by
 * which the account's own IAM decides who reads, and what CloudTrail needs on top.
 *
 * @source CloudTrail User Guide, Configure AWS KMS key policies for CloudTrail
 */
export function trailKeyPolicy({ account, partition, region = '*', trailName = '*' }: TrailKey): object {
  const trail = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`
  const Principal = { Service: 'cloudtrail.amazonaws.com' }
  const source = trail.includes('*')
    ? { ArnLike: { 'aws:SourceArn': trail } }
    : { StringEquals: { 'aws:SourceArn': trail } }
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Enable IAM user permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'Allow CloudTrail to encrypt logs',
        Effect: 'Allow',
        Principal,
        Action: 'kms:GenerateDataKey*',
        Resource: '*',
        Condition: {
          ...source,
          StringLike: {
            'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${partition}:cloudtrail:*:${account}:trail/*`,
          },
        },
      },
      {
        Sid: 'Allow CloudTrail to describe the key',
        Effect: 'Allow',
        Principal,
        Action: 'kms:DescribeKey',
        Resource: '*',
        Condition: source,
      },
    ],
  }
}
