import type { SampleQuery } from '../sample-query.ts'

/** Buckets, objects, tables, keys and secrets. */
export const storageSamples: readonly SampleQuery[] = [
  {
    name: 'Buckets whose access was changed',
    description: 'Policies, access lists and public-access blocks of buckets that were set or removed.',
    keywords: 's3 public exposed permissions acl',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'bucketName') AS bucket, userIdentity.arn AS who, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventSource = 's3.amazonaws.com'
  AND eventName IN ('PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketPublicAccessBlock',
    'DeleteBucketPublicAccessBlock', 'PutAccountPublicAccessBlock', 'PutBucketCors', 'PutBucketWebsite')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Bucket policies that let everyone in',
    description: 'Policies that name everyone as principal, as they were sent.',
    keywords: 's3 public exposed star principal leak',
    sql: `SELECT eventTime, element_at(requestParameters, 'bucketName') AS bucket, userIdentity.arn AS who,
  element_at(requestParameters, 'bucketPolicy') AS policy
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName = 'PutBucketPolicy'
  AND errorCode IS NULL
  AND regexp_like(element_at(requestParameters, 'bucketPolicy'), '"Principal":("\\*"|\\{"AWS":"\\*"\\})')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Buckets created and deleted',
    description: 'The coming and going of buckets.',
    keywords: 's3 new removed',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'bucketName') AS bucket, awsRegion, userIdentity.arn AS who, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName IN ('CreateBucket', 'DeleteBucket')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Objects read most',
    description: 'Data events of buckets: the objects with the most downloads.',
    keywords: 's3 top getobject popular access',
    sql: `SELECT element_at(requestParameters, 'bucketName') AS bucket, element_at(requestParameters, 'key') AS object_key,
  count(*) AS reads, approx_distinct(userIdentity.arn) AS readers
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventName = 'GetObject'
GROUP BY element_at(requestParameters, 'bucketName'), element_at(requestParameters, 'key')
ORDER BY reads DESC
LIMIT 50`,
  },
  {
    name: 'Objects deleted, by principal and bucket',
    description: 'Who removed how many objects from which bucket.',
    keywords: 's3 ransomware data loss destruction deleteobject',
    sql: `SELECT userIdentity.arn AS who, element_at(requestParameters, 'bucketName') AS bucket, count(*) AS calls,
  min(eventTime) AS first, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventName IN ('DeleteObject', 'DeleteObjects')
  AND errorCode IS NULL
GROUP BY userIdentity.arn, element_at(requestParameters, 'bucketName')
ORDER BY calls DESC`,
  },
  {
    name: 'Bytes downloaded from buckets',
    description: 'How much each principal read from each bucket.',
    keywords: 's3 exfiltration volume transfer getobject data events',
    sql: `SELECT userIdentity.arn AS who, element_at(requestParameters, 'bucketName') AS bucket, count(*) AS reads,
  sum(TRY_CAST(element_at(additionalEventData, 'bytesTransferredOut') AS double)) AS bytes
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventName = 'GetObject'
  AND errorCode IS NULL
GROUP BY userIdentity.arn, element_at(requestParameters, 'bucketName')
ORDER BY bytes DESC NULLS LAST
LIMIT 50`,
  },
  {
    name: 'Protection of buckets weakened',
    description: 'Versioning, encryption, lifecycle and lock settings of buckets that were changed or removed.',
    keywords: 's3 encryption versioning object lock lifecycle security weakened',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'bucketName') AS bucket, userIdentity.arn AS who
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName IN ('PutBucketVersioning', 'DeleteBucketEncryption', 'PutBucketEncryption', 'PutBucketLifecycle',
    'PutBucketLifecycleConfiguration', 'PutObjectLockConfiguration', 'DeleteBucketLifecycle')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Keys disabled or scheduled for deletion',
    description: 'KMS keys that someone switched off, set to be deleted, or gave another policy.',
    keywords: 'kms encryption key ransomware schedulekeydeletion',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'keyId') AS key_id, userIdentity.arn AS who, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventSource = 'kms.amazonaws.com'
  AND eventName IN ('DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy', 'DisableKeyRotation', 'DeleteAlias')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Who decrypts with which key',
    description: 'Uses of KMS keys for decryption, by key and caller.',
    keywords: 'kms decrypt usage encryption',
    sql: `SELECT element_at(resources, 1).arn AS key_arn, coalesce(userIdentity.arn, userIdentity.invokedBy) AS who, count(*) AS n
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventSource = 'kms.amazonaws.com'
  AND eventName = 'Decrypt'
GROUP BY element_at(resources, 1).arn, coalesce(userIdentity.arn, userIdentity.invokedBy)
ORDER BY n DESC
LIMIT 100`,
  },
  {
    name: 'Secrets and parameters read',
    description: 'Who read which secret or secure parameter, and how often.',
    keywords: 'secretsmanager ssm getsecretvalue password credentials',
    sql: `SELECT userIdentity.arn AS who, eventName,
  coalesce(element_at(requestParameters, 'secretId'), element_at(requestParameters, 'name')) AS secret, count(*) AS n
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventName IN ('GetSecretValue', 'GetParameter', 'GetParameters', 'GetParametersByPath')
GROUP BY userIdentity.arn, eventName,
  coalesce(element_at(requestParameters, 'secretId'), element_at(requestParameters, 'name'))
ORDER BY n DESC`,
  },
  {
    name: 'Activity on DynamoDB tables',
    description: 'Data events of tables: calls, failures and callers of each.',
    keywords: 'dynamodb data events usage items',
    sql: `SELECT element_at(requestParameters, 'tableName') AS table_name, eventName, count(*) AS calls,
  count(errorCode) AS failures, approx_distinct(userIdentity.arn) AS callers
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventSource = 'dynamodb.amazonaws.com'
GROUP BY element_at(requestParameters, 'tableName'), eventName
ORDER BY calls DESC`,
  },
]
