import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients, programOf } from '@cairn/testkit/clients'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'

/**
 * What Terraform's AWS provider calls to make, read back and destroy a bucket, a queue and a user, call by call. Each
 * read must say "not set" in the way the provider takes for it, and read back what was written: it waits until it does.
 *
 * @source terraform-provider-aws 6, internal/service/{s3,sqs,iam}
 */

const client = clients().python

const script = `
import boto3, json
from botocore.exceptions import ClientError
s3, sqs, iam = boto3.client('s3'), boto3.client('sqs'), boto3.client('iam')

def refused(code, status, call):
    try:
        call()
    except ClientError as error:
        told = (error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode'])
        assert told == (code, status), told
    else:
        assert False, 'not refused: ' + code

def shown(answer):
    return {name: value for name, value in answer.items() if name != 'ResponseMetadata'}

b = {'Bucket': 'made-by-code'}
s3.create_bucket(**b)
refused('NoSuchBucketPolicy', 404, lambda: s3.get_bucket_policy(**b))
refused('NoSuchCORSConfiguration', 404, lambda: s3.get_bucket_cors(**b))
refused('NoSuchWebsiteConfiguration', 404, lambda: s3.get_bucket_website(**b))
refused('NoSuchLifecycleConfiguration', 404, lambda: s3.get_bucket_lifecycle_configuration(**b))
refused('ReplicationConfigurationNotFoundError', 404, lambda: s3.get_bucket_replication(**b))
refused('ObjectLockConfigurationNotFoundError', 404, lambda: s3.get_object_lock_configuration(**b))
refused('NoSuchTagSet', 404, lambda: s3.get_bucket_tagging(**b))
for read in ('versioning', 'accelerate_configuration', 'logging'):
    assert shown(getattr(s3, 'get_bucket_' + read)(**b)) == {}, read
assert shown(s3.get_bucket_request_payment(**b)) == {'Payer': 'BucketOwner'}
for kind in ('analytics', 'inventory', 'metrics', 'intelligent_tiering'):
    assert shown(getattr(s3, 'list_bucket_%s_configurations' % kind)(**b)) == {'IsTruncated': False}, kind
for read in ('get_bucket_cors', 'get_bucket_website', 'get_bucket_replication', 'get_bucket_logging', 'delete_bucket_cors'):
    refused('NoSuchBucket', 404, lambda: getattr(s3, read)(Bucket='never-made'))

rules = [{'ID': 'old', 'Status': 'Enabled', 'Filter': {'Prefix': ''}, 'Expiration': {'Days': 365}}]
for minimum in ('varies_by_storage_class', 'all_storage_classes_128K'):
    s3.put_bucket_lifecycle_configuration(**b, LifecycleConfiguration={'Rules': rules}, TransitionDefaultMinimumObjectSize=minimum)
    read = shown(s3.get_bucket_lifecycle_configuration(**b))
    assert read == {'Rules': rules, 'TransitionDefaultMinimumObjectSize': minimum}, read
controls = {'Rules': [{'ObjectOwnership': 'BucketOwnerPreferred'}]}
s3.put_bucket_ownership_controls(**b, OwnershipControls=controls)
assert s3.get_bucket_ownership_controls(**b)['OwnershipControls'] == controls
refused('NotImplemented', 501, lambda: s3.put_bucket_acl(**b, ACL='log-delivery-write'))
refused('AccessDenied', 403, lambda: s3.put_bucket_acl(**b, ACL='public-read'))
s3.delete_bucket_ownership_controls(**b)
refused('OwnershipControlsNotFoundError', 404, lambda: s3.get_bucket_ownership_controls(**b))
s3.put_bucket_acl(**b, ACL='private')
rule = {'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'AES256'}, 'BucketKeyEnabled': True, 'BlockedEncryptionTypes': {'EncryptionType': ['SSE-C']}}
s3.put_bucket_encryption(**b, ServerSideEncryptionConfiguration={'Rules': [rule]})
assert s3.get_bucket_encryption(**b)['ServerSideEncryptionConfiguration']['Rules'] == [rule]
rule['BlockedEncryptionTypes'] = {'EncryptionType': ['NONE']}
refused('NotImplemented', 501, lambda: s3.put_bucket_encryption(**b, ServerSideEncryptionConfiguration={'Rules': [rule]}))
s3.delete_bucket_encryption(**b)
[rule] = s3.get_bucket_encryption(**b)['ServerSideEncryptionConfiguration']['Rules']
assert rule == {'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'AES256'}, 'BucketKeyEnabled': False}, rule
s3.put_bucket_logging(**b, BucketLoggingStatus={})
refused('NotImplemented', 501, lambda: s3.put_bucket_logging(**b, BucketLoggingStatus={'LoggingEnabled': {'TargetBucket': 'x-y', 'TargetPrefix': ''}}))
s3.put_bucket_request_payment(**b, RequestPaymentConfiguration={'Payer': 'BucketOwner'})
refused('NotImplemented', 501, lambda: s3.put_bucket_request_payment(**b, RequestPaymentConfiguration={'Payer': 'Requester'}))
for name in ('cors', 'website', 'replication', 'lifecycle', 'policy', 'encryption', 'tagging'):
    assert getattr(s3, 'delete_bucket_' + name)(**b)['ResponseMetadata']['HTTPStatusCode'] == 204, name
s3.delete_bucket(**b)

for acl in ('private', 'bucket-owner-full-control'):
    s3.create_bucket(Bucket='made-by-' + acl, ACL=acl)
refused('InvalidBucketAclWithObjectOwnership', 400, lambda: s3.create_bucket(Bucket='logs-of-access', ACL='log-delivery-write'))

# A locked version stops neither the answer nor the versions beside it.
s3.create_bucket(Bucket='locked', ObjectLockEnabledForBucket=True)
s3.put_object(Bucket='locked', Key='any', Body=b'1')
assert s3.get_object_acl(Bucket='locked', Key='any')['Grants'] == s3.get_bucket_acl(Bucket='locked')['Grants']
refused('NoSuchKey', 404, lambda: s3.get_object_acl(Bucket='locked', Key='none'))
free = {'Key': 'free', 'VersionId': s3.put_object(Bucket='locked', Key='free', Body=b'1')['VersionId']}
held = {'Key': 'held', 'VersionId': s3.put_object(Bucket='locked', Key='held', Body=b'1')['VersionId']}
s3.put_object_legal_hold(Bucket='locked', **held, LegalHold={'Status': 'ON'})
answer = s3.delete_objects(Bucket='locked', Delete={'Objects': [held, free, {'Key': 'free', 'VersionId': 'odd'}]})
assert answer['Deleted'] == [free], answer
assert [(e['Key'], e['VersionId'], e['Code']) for e in answer['Errors']] == [
    ('held', held['VersionId'], 'AccessDenied'), ('free', 'odd', 'NoSuchVersion')], answer
quiet = s3.delete_objects(Bucket='locked', Delete={'Objects': [held], 'Quiet': True})
assert 'Deleted' not in quiet and len(quiet['Errors']) == 1, quiet

# Nor do keys that the caller may not delete.
s3.put_object(Bucket='locked', Key='mine/a', Body=b'1')
iam.create_user(UserName='cleaner')
iam.put_user_policy(UserName='cleaner', PolicyName='own', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': 's3:DeleteObject', 'Resource': 'arn:aws:s3:::locked/mine/*'}]}))
key = iam.create_access_key(UserName='cleaner')['AccessKey']
cleaner = boto3.client('s3', aws_access_key_id=key['AccessKeyId'], aws_secret_access_key=key['SecretAccessKey'])
answer = cleaner.delete_objects(Bucket='locked', Delete={'Objects': [{'Key': 'any'}, {'Key': 'mine/a'}, {'Key': 'mine/b', 'VersionId': 'null'}]})
assert [one['Key'] for one in answer['Deleted']] == ['mine/a'], answer
assert [(e['Key'], e['Code']) for e in answer['Errors']] == [('any', 'AccessDenied'), ('mine/b', 'AccessDenied')], answer
assert 's3:DeleteObject on resource: arn:aws:s3:::locked/any' in answer['Errors'][0]['Message'], answer
s3.head_object(Bucket='locked', Key='any')

q = {'QueueUrl': sqs.create_queue(QueueName='told', tags={'a': '1', 'b': '2'})['QueueUrl']}
assert sqs.list_queue_tags(**q)['Tags'] == {'a': '1', 'b': '2'}
sqs.tag_queue(**q, Tags={'b': '3', 'c': ''})
sqs.untag_queue(**q, TagKeys=['a'])
assert sqs.list_queue_tags(**q)['Tags'] == {'b': '3', 'c': ''}
sqs.untag_queue(**q, TagKeys=['b', 'c'])
assert shown(sqs.list_queue_tags(**q)) == {}

u = {'UserName': 'made-by-code'}
iam.create_user(**u)
for kind, member in (('mfa_devices', 'MFADevices'), ('ssh_public_keys', 'SSHPublicKeys'), ('signing_certificates', 'Certificates'),
        ('service_specific_credentials', 'ServiceSpecificCredentials')):
    assert getattr(iam, 'list_' + kind)(**u)[member] == [], kind
for kind, member in (('instance_profiles', 'InstanceProfiles'), ('server_certificates', 'ServerCertificateMetadataList'),
        ('saml_providers', 'SAMLProviderList'), ('open_id_connect_providers', 'OpenIDConnectProviderList')):
    assert getattr(iam, 'list_' + kind)()[member] == [], kind
refused('NoSuchEntity', 404, iam.get_account_password_policy)
assert iam.list_virtual_mfa_devices(AssignmentStatus='Any')['VirtualMFADevices'] == []
refused('NoSuchEntity', 404, lambda: iam.get_login_profile(**u))
refused('NoSuchEntity', 404, lambda: iam.delete_login_profile(**u))
iam.put_user_policy(**u, PolicyName='p', PolicyDocument=json.dumps({'Version': '2012-10-17',
    'Statement': [{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}]}))
[detail] = [d for d in iam.get_account_authorization_details(Filter=['User'])['UserDetailList'] if d['UserName'] == 'made-by-code']
assert detail['UserPolicyList'][0]['PolicyDocument']['Statement'][0]['Action'] == 's3:*' and detail['GroupList'] == [], detail
iam.delete_user_policy(**u, PolicyName='p')
iam.delete_user(**u)
refused('NoSuchEntity', 404, lambda: iam.list_mfa_devices(**u))
`

test.skipIf(client.kind === 'absent')(
  'a bucket, a queue and a user are made, read back and destroyed as infrastructure code does it',
  { timeout: 90_000 },
  async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'infrastructure_code.py')
    writeFileSync(file, script)
    await using cairn = await startCairn({ dataDir: join(folder.path, 'data') })
    expect(await cairn.run(programOf(client), file)).toMatchObject({ code: 0, stderr: '' })
  },
)
