import { testPython } from './python-script.ts'

/** What policies of S3 can ask of a request, each held to by a denial that a boto3 client runs into. */

const script = `
import datetime, urllib.request, urllib.error
from botocore.config import Config
s3, iam = boto3.client('s3'), boto3.client('iam')
B = 'kept'
s3.create_bucket(Bucket=B, ObjectLockEnabledForBucket=True)
iam.create_user(UserName='writer')
key = iam.create_access_key(UserName='writer')['AccessKey']
me = boto3.client('s3', aws_access_key_id=key['AccessKeyId'], aws_secret_access_key=key['SecretAccessKey'])
def allow(*actions):
    iam.put_user_policy(UserName='writer', PolicyName='own', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
        {'Effect': 'Allow', 'Action': actions, 'Resource': '*'}]}))
allow('s3:*')

def denied(call):
    try:
        call()
    except ClientError as error:
        assert error.response['ResponseMetadata']['HTTPStatusCode'] == 403, error
    else:
        assert False, 'not denied'

def deny(action, condition):
    s3.put_bucket_policy(Bucket=B, Policy=json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Deny', 'Principal': '*',
        'Action': action, 'Resource': 'arn:aws:s3:::%s/*' % B, 'Condition': condition}]}))

o = {'Bucket': B, 'Key': 'a'}
put = lambda **more: me.put_object(**o, Body=b'1', **more)
put(Tagging='class=secret')
get = lambda: me.get_object(**o)['Body'].read()

# Tags that an object has, and tags that it is to have.
deny('s3:GetObject', {'StringEquals': {'s3:ExistingObjectTag/class': 'secret'}})
denied(get)
denied(lambda: me.head_object(**o))
denied(lambda: me.copy_object(Bucket=B, Key='copy', CopySource=o))
me.put_object_tagging(**o, Tagging={'TagSet': [{'Key': 'class', 'Value': 'open'}]})
assert get() == b'1'
deny('s3:PutObjectTagging', {'StringEquals': {'s3:RequestObjectTag/class': 'open'}})
denied(lambda: put(Tagging='class=open'))
denied(lambda: me.create_multipart_upload(**o, Tagging='class=open'))
denied(lambda: me.put_object_tagging(**o, Tagging={'TagSet': [{'Key': 'class', 'Value': 'open'}]}))
denied(lambda: me.copy_object(Bucket=B, Key='copy', CopySource=o))
me.copy_object(Bucket=B, Key='copy', CopySource=o, TaggingDirective='REPLACE', Tagging='class=other')
deny('s3:PutObjectTagging', {'ForAllValues:StringEquals': {'s3:RequestObjectTagKeys': ['odd']}})
denied(lambda: put(Tagging='odd=1'))
put(Tagging='odd=1&even=2')

# How long a version is to be locked.
until = lambda days: datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
lock = lambda days, mode='GOVERNANCE': {'ObjectLockMode': mode, 'ObjectLockRetainUntilDate': until(days)}
deny('s3:PutObjectRetention', {'NumericLessThan': {'s3:object-lock-remaining-retention-days': '30'}})
denied(lambda: put(**lock(7)))
put(**lock(30))
retain = lambda days: me.put_object_retention(**o, Retention={'Mode': 'GOVERNANCE', 'RetainUntilDate': until(days)})
denied(lambda: retain(8))
retain(31)
deny('s3:PutObjectRetention', {'StringEquals': {'s3:object-lock-mode': 'COMPLIANCE'}})
denied(lambda: put(**lock(1, 'COMPLIANCE')))
deny('s3:PutObjectLegalHold', {'StringEquals': {'s3:object-lock-legal-hold': 'OFF'}})
denied(lambda: me.put_object_legal_hold(**o, LegalHold={'Status': 'OFF'}))
me.put_object_legal_hold(**o, LegalHold={'Status': 'ON'})

# Writes only where nothing is.
deny('s3:PutObject', {'Null': {'s3:if-none-match': 'true'}, 'Bool': {'s3:ObjectCreationOperation': 'true'}})
denied(put)
u = {**o, 'Key': 'new', 'UploadId': me.create_multipart_upload(Bucket=B, Key='new')['UploadId']}
part = {'PartNumber': 1, 'ETag': me.upload_part(**u, PartNumber=1, Body=b'1')['ETag']}
denied(lambda: me.complete_multipart_upload(**u, MultipartUpload={'Parts': [part]}))
me.complete_multipart_upload(**u, MultipartUpload={'Parts': [part]}, IfNoneMatch='*')

# How a request is signed, and when.
def presigned(version):
    signer = boto3.client('s3', aws_access_key_id=key['AccessKeyId'], aws_secret_access_key=key['SecretAccessKey'], config=Config(signature_version=version))
    return signer.generate_presigned_url('get_object', Params=o)
newer, older = presigned('s3v4'), presigned('s3')
def status(url=newer):
    try:
        return urllib.request.urlopen(url).status
    except urllib.error.HTTPError as error:
        return error.code
deny('s3:GetObject', {'StringEquals': {'s3:authType': 'REST-QUERY-STRING'}})
assert status() == 403 and get() == b'1'
deny('s3:GetObject', {'StringEquals': {'s3:authType': 'REST-HEADER'}})
assert status() == 200
denied(get)
deny('s3:*', {'NumericGreaterThan': {'s3:signatureAge': '600000'}})
assert status() == 200
deny('s3:*', {'NumericGreaterThan': {'s3:signatureAge': '1000'}})
time.sleep(2.1)
assert status() == 403
deny('s3:*', {'StringNotEquals': {'s3:signatureversion': 'AWS4-HMAC-SHA256'}})
assert status() == 200 and status(older) == 403

# Tags and locks are permissions of their own.
s3.delete_bucket_policy(Bucket=B)
allow('s3:PutObject', 's3:GetObject')
put()
for more in ({'Tagging': 'a=b'}, lock(1), {'ObjectLockLegalHoldStatus': 'ON'}):
    denied(lambda: put(**more))
    denied(lambda: me.create_multipart_upload(**o, **more))
s3.put_object(Bucket=B, Key='tagged', Body=b'1', Tagging='a=b')
copy = lambda **more: me.copy_object(Bucket=B, Key='copy', CopySource={'Bucket': B, 'Key': 'tagged'}, **more)
denied(copy)
copy(TaggingDirective='REPLACE')
allow('s3:PutObject', 's3:GetObject', 's3:GetObjectTagging', 's3:PutObjectTagging')
copy()
`

testPython('policies of S3 are told of tags, locks, conditions and signatures', script)
