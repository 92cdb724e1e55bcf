/**
 * How records name operations where they do not use the API's name.
 *
 * @source records.s3: real log files of 2021–2025 and the S3 User Guide's list of logged actions; lambda: real log files
 *   of 2023–2026; cloudfront: real log files of 2024
 */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  s3: {
    DeleteBucketLifecycleConfiguration: 'DeleteBucketLifecycle',
    DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
    GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
    GetBucketAnalyticsConfiguration: 'GetAnalyticsConfiguration',
    GetBucketInventoryConfiguration: 'GetInventoryConfiguration',
    GetBucketLifecycleConfiguration: 'GetBucketLifecycle',
    GetBucketMetricsConfiguration: 'GetMetricsConfiguration',
    GetBucketNotificationConfiguration: 'GetBucketNotification',
    GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
    GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
    ListObjectsV2: 'ListObjects',
    PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
    PutBucketAnalyticsConfiguration: 'PutAnalyticsConfiguration',
    PutBucketInventoryConfiguration: 'PutInventoryConfiguration',
    PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
    PutBucketMetricsConfiguration: 'PutMetricsConfiguration',
    PutBucketNotificationConfiguration: 'PutBucketNotification',
    PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
    PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  },
  s3control: {
    DeletePublicAccessBlock: 'DeleteAccountPublicAccessBlock',
    GetPublicAccessBlock: 'GetAccountPublicAccessBlock',
    PutPublicAccessBlock: 'PutAccountPublicAccessBlock',
  },
}

/** Lambda's operations whose recorded names count a second version. */
const lambdaSecond: ReadonlySet<string> = new Set([
  'AddPermission',
  'GetFunction',
  'GetFunctionConfiguration',
  'GetPolicy',
  'RemovePermission',
  'TagResource',
  'UntagResource',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
])

/** Lambda's APIs that are younger than this are recorded by their plain names. */
const lambdaLastDated = 20181031

/**
 * `eventName` of an operation. `service` is the API's name, `uri` the template of its route, which for some services
 * holds the date that their records append.
 *
 * @quirk S3's records keep the names of its first API; Lambda's and CloudFront's append the date of their routes
 */
export function recordEventName(service: string, operation: string, uri: string): string {
  const rows = renamed[service]
  if (rows !== undefined && Object.hasOwn(rows, operation)) return rows[operation] ?? operation
  const date = /^\/(\d{4}-\d\d-\d\d)\//.exec(uri)?.[1]
  if (date === undefined) return operation
  if (service === 'cloudfront') return operation + date.replaceAll('-', '_')
  if (service !== 'lambda' || operation.startsWith('Invoke')) return operation
  const digits = date.replaceAll('-', '')
  if (Number(digits) > lambdaLastDated) return operation
  return `${operation}${digits}${lambdaSecond.has(operation) ? 'v2' : ''}`
}
