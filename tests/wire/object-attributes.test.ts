import { testPython } from './python-script.ts'

/** What objects are like and whose they are, asked by boto3. */

const script = `
s3, iam = boto3.client('s3'), boto3.client('iam')

everything = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']
b = {'Bucket': 'audit'}
s3.create_bucket(**b)
s3.put_bucket_versioning(**b, VersioningConfiguration={'Status': 'Enabled'})
put = s3.put_object(**b, Key='whole', Body=b'12345', ChecksumAlgorithm='SHA256')
told = s3.get_object_attributes(**b, Key='whole', ObjectAttributes=everything)
assert told['ETag'] == put['ETag'].strip('"') and told['ObjectSize'] == 5 and told['StorageClass'] == 'STANDARD', told
assert told['Checksum'] == {'ChecksumSHA256': put['ChecksumSHA256'], 'ChecksumType': 'FULL_OBJECT'}, told
assert 'ObjectParts' not in told and told['VersionId'] == put['VersionId'] and told['LastModified'], told
few = s3.get_object_attributes(**b, Key='whole', ObjectAttributes=['ObjectSize'])
assert {'ETag', 'Checksum', 'StorageClass'}.isdisjoint(few) and few['ObjectSize'] == 5, few

upload = s3.create_multipart_upload(**b, Key='parts', ChecksumAlgorithm='CRC32')
u = {**b, 'Key': 'parts', 'UploadId': upload['UploadId']}
size = 5 * 1024 * 1024
parts = [{'PartNumber': n, **{name: value for name, value in s3.upload_part(**u, PartNumber=n, ChecksumAlgorithm='CRC32',
    Body=b'x' * (size if n < 3 else 7)).items() if name in ('ETag', 'ChecksumCRC32')}} for n in (1, 2, 3)]
s3.complete_multipart_upload(**u, MultipartUpload={'Parts': parts})
told = s3.get_object_attributes(**b, Key='parts', ObjectAttributes=['ObjectParts', 'ObjectSize'], MaxParts=2)
assert told['ObjectSize'] == 2 * size + 7, told
assert told['ObjectParts'] == {'TotalPartsCount': 3, 'PartNumberMarker': 0, 'NextPartNumberMarker': 2, 'MaxParts': 2,
    'IsTruncated': True, 'Parts': [{'PartNumber': 1, 'Size': size}, {'PartNumber': 2, 'Size': size}]}, told
told = s3.get_object_attributes(**b, Key='parts', ObjectAttributes=['ObjectParts'], PartNumberMarker=2)
assert told['ObjectParts']['Parts'] == [{'PartNumber': 3, 'Size': 7}] and not told['ObjectParts']['IsTruncated'], told

refused('NoSuchKey', lambda: s3.get_object_attributes(**b, Key='none', ObjectAttributes=everything))
marker = s3.delete_object(**b, Key='whole')['VersionId']
refused('NoSuchKey', lambda: s3.get_object_attributes(**b, Key='whole', ObjectAttributes=everything))
refused('MethodNotAllowed', lambda: s3.get_object_attributes(**b, Key='whole', VersionId=marker, ObjectAttributes=everything))
old = s3.get_object_attributes(**b, Key='whole', VersionId=put['VersionId'], ObjectAttributes=['ObjectSize'])
assert old['ObjectSize'] == 5, old

# Both permissions are needed.
iam.create_user(UserName='reader')
key = iam.create_access_key(UserName='reader')['AccessKey']
reader = boto3.client('s3', aws_access_key_id=key['AccessKeyId'], aws_secret_access_key=key['SecretAccessKey'])
def allow(*actions):
    iam.put_user_policy(UserName='reader', PolicyName='own', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
        {'Effect': 'Allow', 'Action': actions, 'Resource': 'arn:aws:s3:::audit/*'}]}))
ask = lambda: reader.get_object_attributes(**b, Key='parts', ObjectAttributes=['ObjectSize'])
allow('s3:GetObject')
refused('AccessDenied', ask)
allow('s3:GetObjectAttributes')
refused('AccessDenied', ask)
allow('s3:GetObject', 's3:GetObjectAttributes')
ask()

# ACLs say what is so anyway, or nothing.
o = {**b, 'Key': 'parts'}
refused('AccessControlListNotSupported', lambda: s3.put_object_acl(**o, ACL='bucket-owner-full-control'))
s3.put_bucket_ownership_controls(**b, OwnershipControls={'Rules': [{'ObjectOwnership': 'BucketOwnerPreferred'}]})
for canned in ('private', 'bucket-owner-read', 'bucket-owner-full-control'):
    s3.put_object_acl(**o, ACL=canned)
acl = s3.get_object_acl(**o)
s3.put_object_acl(**o, AccessControlPolicy={'Owner': acl['Owner'], 'Grants': acl['Grants']})
refused('AccessDenied', lambda: s3.put_object_acl(**o, ACL='public-read'))
refused('NotImplemented', lambda: s3.put_object_acl(**o, GrantRead='id=%s' % acl['Owner']['ID']))
refused('NoSuchKey', lambda: s3.put_object_acl(**b, Key='none', ACL='private'))
`

testPython('objects tell their attributes, and take the ACLs that they have', script)
