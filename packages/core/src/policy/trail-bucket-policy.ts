/** What a bucket's policy must allow so that trails can deliver to it. */
export interface TrailBucket {
  readonly bucket: string
  /** Key prefix of the trail, without slash at the end. */
  readonly prefix?: string
  /** Account that owns the trails. */
  readonly account: string
  /** `aws`, `aws-cn`, … */
  readonly partition: string
  /** Home region of the trail; all regions when absent. */
  readonly region?: string
  /** All trails of the account when absent. */
  readonly trailName?: string
}

/**
 * The policy for a bucket that a trail delivers to, as an object to be written as JSON.
 *
 * Every statement is held to the account's own trails by `aws:SourceArn`: without it CloudTrail could be made to write
 * here on behalf of anybody who knows the bucket's name. A trail that is known is named; else any of the account's.
 *
 * @source CloudTrail User Guide, Amazon S3 bucket policy for CloudTrail
 */
export function trailBucketPolicy(options: TrailBucket): object {
  const { bucket, prefix, account, partition, region = '*', trailName = '*' } = options
  const bucketArn = `arn:${partition}:s3:::${bucket}`
  const trails = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`
  const operator = trails.includes('*') ? 'ArnLike' : 'StringEquals'
  const folder = prefix === undefined || prefix === '' ? 'AWSLogs' : `${prefix}/AWSLogs`
  const principal = { Service: 'cloudtrail.amazonaws.com' }
  const isOwnTrail = { 'aws:SourceArn': trails }
  const givesControl = { 's3:x-amz-acl': 'bucket-owner-full-control' }
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailAclCheck20150319',
        Effect: 'Allow',
        Principal: principal,
        Action: 's3:GetBucketAcl',
        Resource: bucketArn,
        Condition: { [operator]: isOwnTrail },
      },
      {
        Sid: 'AWSCloudTrailWrite20150319',
        Effect: 'Allow',
        Principal: principal,
        Action: 's3:PutObject',
        Resource: `${bucketArn}/${folder}/${account}/*`,
        Condition:
          operator === 'StringEquals'
            ? { StringEquals: { ...givesControl, ...isOwnTrail } }
            : { StringEquals: givesControl, ArnLike: isOwnTrail },
      },
    ],
  }
}
