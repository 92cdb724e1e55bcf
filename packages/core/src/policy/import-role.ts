/** What an import of a bucket's log files into event data stores needs. */
export interface ImportRole {
  readonly bucket: string
  /** Key prefix the log files lie below, without slash at the end. */
  readonly prefix?: string
  /** Account of the event data store. */
  readonly account: string
  /** `aws`, `aws-cn`, … */
  readonly partition: string
  /** Only for this store; any of the account when absent. */
  readonly storeArn?: string
}

/**
 * The two documents of the role that CloudTrail reads the bucket as, as objects to be written as JSON. The trust policy is
 * held to the account's own stores: else anybody could have CloudTrail read this bucket for theirs.
 *
 * @source CloudTrail User Guide, "Required permissions for copying trail events"
 */
export function importRoleDocuments({ bucket, prefix, account, partition, storeArn }: ImportRole): {
  readonly trust: object
  readonly permissions: object
} {
  const bucketArn = `arn:${partition}:s3:::${bucket}`
  const stores = storeArn ?? `arn:${partition}:cloudtrail:*:${account}:eventdatastore/*`
  return {
    trust: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': account },
            [storeArn === undefined ? 'ArnLike' : 'ArnEquals']: { 'aws:SourceArn': stores },
          },
        },
      ],
    },
    permissions: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AWSCloudTrailImportBucketAccess',
          Effect: 'Allow',
          Action: ['s3:ListBucket', 's3:GetBucketAcl'],
          Resource: bucketArn,
        },
        {
          Sid: 'AWSCloudTrailImportObjectAccess',
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: `${bucketArn}/${prefix === undefined || prefix === '' ? '' : `${prefix}/`}*`,
        },
      ],
    },
  }
}
