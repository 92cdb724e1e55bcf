/** What a bucket's policy must allow so that results of queries can be delivered to it. */
export interface ResultBucket {
  readonly bucket: string
  /** Account of the event data stores. */
  readonly account: string
  /** `aws`, `aws-cn`, … */
  readonly partition: string
  /** Only for this store; any of the account when absent. */
  readonly storeArn?: string
}

/**
 * The policy for a bucket that `StartQuery` delivers to, as an object to be written as JSON.
 *
 * @source CloudTrail User Guide, Amazon S3 bucket policy for CloudTrail Lake query results
 */
export function resultBucketPolicy({ bucket, account, partition, storeArn }: ResultBucket): object {
  const bucketArn = `arn:${partition}:s3:::${bucket}`
  const Principal = { Service: 'cloudtrail.amazonaws.com' }
  const Condition = {
    StringEquals: { 'aws:SourceAccount': account },
    ArnLike: { 'aws:SourceArn': storeArn ?? `arn:${partition}:cloudtrail:*:${account}:eventdatastore/*` },
  }
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailLake1',
        Effect: 'Allow',
        Principal,
        Action: ['s3:PutObject*', 's3:Abort*'],
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition,
      },
      {
        Sid: 'AWSCloudTrailLake2',
        Effect: 'Allow',
        Principal,
        Action: 's3:GetBucketAcl',
        Resource: bucketArn,
        Condition,
      },
    ],
  }
}
