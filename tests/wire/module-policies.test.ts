import { testPython } from './python-script.ts'

/**
 * The policies that Terraform modules put on the bucket of a trail, and what they hold of: the trail is made, its first
 * file comes, and what they forbid to others stays forbidden.
 *
 * @source terraform-aws-modules/s3-bucket (deny_unencrypted_object_uploads, deny_incorrect_kms_key_sse,
 *   require_latest_tls), cloudposse/terraform-aws-cloudtrail-s3-bucket
 */

const script = `
s3, trail, kms, sts = (boto3.client(name) for name in ['s3', 'cloudtrail', 'kms', 'sts'])
account = sts.get_caller_identity()['Account']

service = {'Service': 'cloudtrail.amazonaws.com'}
def policy(bucket, *more):
    arn = 'arn:aws:s3:::' + bucket
    statements = [
        {'Sid': 'AWSCloudTrailAclCheck', 'Effect': 'Allow', 'Principal': service, 'Action': 's3:GetBucketAcl', 'Resource': arn},
        {'Sid': 'AWSCloudTrailWrite', 'Effect': 'Allow', 'Principal': {'Service': ['cloudtrail.amazonaws.com', 'config.amazonaws.com']},
            'Action': 's3:PutObject', 'Resource': arn + '/*', 'Condition': {'StringEquals': {'s3:x-amz-acl': 'bucket-owner-full-control'}}},
        {'Sid': 'denyOutdatedTLS', 'Effect': 'Deny', 'Principal': {'AWS': '*'}, 'Action': 's3:*', 'Resource': [arn, arn + '/*'],
            'Condition': {'NumericLessThan': {'s3:TlsVersion': '1.2'}}},
        {'Sid': 'denyUnencryptedObjectUploads', 'Effect': 'Deny', 'Principal': '*', 'Action': 's3:PutObject', 'Resource': arn + '/*',
            'Condition': {'Null': {'s3:x-amz-server-side-encryption': 'true'}}},
        *[{'Effect': 'Deny', 'Principal': '*', 'Action': 's3:PutObject', 'Resource': arn + '/*', 'Condition': one} for one in more]]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({'Version': '2012-10-17', 'Statement': statements}))

def made(bucket, **settings):
    trail.create_trail(Name=bucket, S3BucketName=bucket, **settings)
    trail.start_logging(Name=bucket)
    for _ in range(300):
        status = trail.get_trail_status(Name=bucket)
        if 'LatestDeliveryTime' in status or status.get('LatestDeliveryError'): break
        time.sleep(0.1)
    assert 'LatestDeliveryTime' in status and not status.get('LatestDeliveryError'), status
    [first, *_] = s3.list_objects_v2(Bucket=bucket, Prefix='AWSLogs/%s/CloudTrail/' % account)['Contents']
    return s3.head_object(Bucket=bucket, Key=first['Key'])

b = 'managed-by-s3'
s3.create_bucket(Bucket=b)
policy(b, {'StringNotEquals': {'s3:x-amz-server-side-encryption': 'AES256'}})
assert made(b)['ServerSideEncryption'] == 'AES256'
refused('AccessDenied', lambda: s3.put_object(Bucket=b, Key='plain', Body=b'1'))
s3.put_object(Bucket=b, Key='said', Body=b'1', ServerSideEncryption='AES256')

b = 'under-a-key'
s3.create_bucket(Bucket=b)
key = kms.create_key(Policy=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Principal': {'AWS': 'arn:aws:iam::%s:root' % account}, 'Action': 'kms:*', 'Resource': '*'},
    {'Effect': 'Allow', 'Principal': service, 'Action': ['kms:GenerateDataKey*', 'kms:DescribeKey'], 'Resource': '*'}]}))['KeyMetadata']['Arn']
kms.create_alias(AliasName='alias/trail', TargetKeyId=key)
policy(b, {'StringNotEquals': {'s3:x-amz-server-side-encryption': 'aws:kms'}},
    {'StringNotEquals': {'s3:x-amz-server-side-encryption-aws-kms-key-id': key}})
refused('InsufficientS3BucketPolicyException', lambda: trail.create_trail(Name='without', S3BucketName=b))
head = made(b, KmsKeyId='alias/trail')
assert (head['ServerSideEncryption'], head['SSEKMSKeyId']) == ('aws:kms', key), head
`

testPython('trails deliver into buckets with the policies of Terraform modules, which hold of everyone else', script, {
  serve: ['--delivery-flush-after', '1s'],
  timeoutMs: 120_000,
})
