import { testPython } from './python-script.ts'

/** Grants of KMS keys, given, used and taken back by boto3. */

const script = `
kms, iam, sts, s3, trail = (boto3.client(name) for name in ['kms', 'iam', 'sts', 's3', 'cloudtrail'])
account = sts.get_caller_identity()['Account']

def user(name):
    arn = iam.create_user(UserName=name)['User']['Arn']
    key = iam.create_access_key(UserName=name)['AccessKey']
    return arn, boto3.client('kms', aws_access_key_id=key['AccessKeyId'], aws_secret_access_key=key['SecretAccessKey'])

reader_arn, reader = user('reader')
other_arn, other = user('other')
key = kms.create_key()['KeyMetadata']
k, arn = {'KeyId': key['KeyId']}, key['Arn']
context = {'department': 'audit', 'year': '2026'}
blob = kms.encrypt(**k, Plaintext=b'secret', EncryptionContext=context)['CiphertextBlob']
read = lambda who, c=context: who.decrypt(CiphertextBlob=blob, EncryptionContext=c)['Plaintext']
refused('AccessDeniedException', lambda: read(reader))

# Given, used at once, and by nobody else, for nothing else.
given = kms.create_grant(**k, GranteePrincipal=reader_arn, RetiringPrincipal=other_arn, Operations=['Decrypt', 'DescribeKey'],
    Constraints={'EncryptionContextSubset': {'department': 'audit'}}, Name='read')
assert len(given['GrantId']) == 64 and given['GrantToken'], given
assert read(reader) == b'secret' and reader.describe_key(**k)['KeyMetadata']['Arn'] == arn
assert reader.decrypt(CiphertextBlob=blob, EncryptionContext=context, GrantTokens=[given['GrantToken']])['Plaintext'] == b'secret'
refused('InvalidGrantTokenException', lambda: reader.decrypt(CiphertextBlob=blob, EncryptionContext=context, GrantTokens=['made up']))
refused('AccessDeniedException', lambda: read(other))
refused('AccessDeniedException', lambda: reader.encrypt(**k, Plaintext=b'x', EncryptionContext=context))
outside = kms.encrypt(**k, Plaintext=b'x', EncryptionContext={'department': 'sales'})['CiphertextBlob']
refused('AccessDeniedException', lambda: reader.decrypt(CiphertextBlob=outside, EncryptionContext={'department': 'sales'}))

# The same again is the same grant.
again = kms.create_grant(**k, GranteePrincipal=reader_arn, RetiringPrincipal=other_arn, Operations=['Decrypt', 'DescribeKey'],
    Constraints={'EncryptionContextSubset': {'department': 'audit'}}, Name='read')
assert again['GrantId'] == given['GrantId'], again

[shown] = kms.list_grants(**k)['Grants']
assert shown.pop('CreationDate')
assert shown == {'KeyId': arn, 'GrantId': given['GrantId'], 'Name': 'read', 'GranteePrincipal': reader_arn, 'RetiringPrincipal': other_arn,
    'IssuingAccount': 'arn:aws:iam::%s:root' % account, 'Operations': ['Decrypt', 'DescribeKey'],
    'Constraints': {'EncryptionContextSubset': {'department': 'audit'}}}, shown
assert kms.list_grants(**k, GranteePrincipal=other_arn)['Grants'] == []
assert [g['GrantId'] for g in kms.list_retirable_grants(RetiringPrincipal=other_arn)['Grants']] == [given['GrantId']]
assert kms.list_retirable_grants(RetiringPrincipal=reader_arn)['Grants'] == []

# An explicit denial outweighs a grant.
iam.put_user_policy(UserName='reader', PolicyName='no', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Deny', 'Action': 'kms:Decrypt', 'Resource': '*'}]}))
refused('AccessDeniedException', lambda: read(reader))
iam.delete_user_policy(UserName='reader', PolicyName='no')
assert read(reader) == b'secret'

# Retired by the one who was told to, and by nobody else.
refused('AccessDeniedException', lambda: reader.retire_grant(KeyId=arn, GrantId=given['GrantId']))
refused('DryRunOperationException', lambda: other.retire_grant(GrantToken=given['GrantToken'], DryRun=True))
other.retire_grant(GrantToken=given['GrantToken'])
refused('AccessDeniedException', lambda: read(reader))
refused('NotFoundException', lambda: kms.revoke_grant(**k, GrantId=given['GrantId']), 'not found')

# A whole context: with no other members.
exact = kms.create_grant(**k, GranteePrincipal=reader_arn, Operations=['Decrypt', 'RetireGrant'], Constraints={'EncryptionContextEquals': {'department': 'audit'}})
refused('AccessDeniedException', lambda: read(reader))
reader.retire_grant(KeyId=arn, GrantId=exact['GrantId'])

# Who may give grants by a grant gives no more than that.
kms.create_grant(**k, GranteePrincipal=reader_arn, Operations=['CreateGrant', 'Decrypt'], Constraints={'EncryptionContextSubset': {'year': '2026'}})
give = lambda operations, **constraints: reader.create_grant(**k, GranteePrincipal=other_arn, Operations=operations, **constraints)
refused('AccessDeniedException', lambda: give(['Encrypt']))
refused('AccessDeniedException', lambda: give(['Decrypt']))
refused('AccessDeniedException', lambda: give(['Decrypt'], Constraints={'EncryptionContextSubset': {'department': 'audit'}}))
child = give(['Decrypt'], Constraints={'EncryptionContextEquals': context})
assert read(other) == b'secret'
kms.revoke_grant(**k, GrantId=child['GrantId'])
refused('AccessDeniedException', lambda: read(other))

# What is none.
refused('InvalidArnException', lambda: kms.create_grant(**k, GranteePrincipal='arn:aws:iam::%s:user/nobody' % account, Operations=['Decrypt']), 'valid principal')
refused('ValidationException', lambda: kms.create_grant(**k, GranteePrincipal=reader_arn, Operations=['Sign']))
refused('NotFoundException', lambda: kms.list_grants(KeyId='11111111-2222-3333-4444-555555555555'))
kms.disable_key(**k)
refused('DisabledException', lambda: kms.create_grant(**k, GranteePrincipal=reader_arn, Operations=['Decrypt']))
kms.enable_key(**k)

# Pages, and a role as S3 uses a key for it.
for n in range(3):
    kms.create_grant(**k, GranteePrincipal=account, Operations=['Decrypt'], Name='page-%d' % n)
first = kms.list_grants(**k, Limit=2)
assert len(first['Grants']) == 2 and first['Truncated'], first
assert len(kms.list_grants(**k, Limit=2, Marker=first['NextMarker'])['Grants']) == 2
role = iam.create_role(RoleName='writer', AssumeRolePolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Principal': {'AWS': account}, 'Action': 'sts:AssumeRole'}]}))['Role']['Arn']
iam.put_role_policy(RoleName='writer', PolicyName='own', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}]}))
session = sts.assume_role(RoleArn=role, RoleSessionName='one')['Credentials']
writer = boto3.client('s3', aws_access_key_id=session['AccessKeyId'], aws_secret_access_key=session['SecretAccessKey'], aws_session_token=session['SessionToken'])
s3.create_bucket(Bucket='sealed')
put = lambda: writer.put_object(Bucket='sealed', Key='a', Body=b'1', ServerSideEncryption='aws:kms', SSEKMSKeyId=arn)
refused('AccessDenied', put)
kms.create_grant(**k, GranteePrincipal=role, Operations=['GenerateDataKey', 'Decrypt'], Constraints={'EncryptionContextSubset': {'aws:s3:arn': 'arn:aws:s3:::sealed/a'}})
put()
assert writer.get_object(Bucket='sealed', Key='a')['Body'].read() == b'1'
refused('AccessDenied', lambda: writer.put_object(Bucket='sealed', Key='b', Body=b'1', ServerSideEncryption='aws:kms', SSEKMSKeyId=arn))

# The record shows what was given, and no token.
for _ in range(50):
    found = trail.lookup_events(LookupAttributes=[{'AttributeKey': 'EventName', 'AttributeValue': 'CreateGrant'}])['Events']
    events = [json.loads(e['CloudTrailEvent']) for e in found]
    mine = [e for e in events if (e.get('responseElements') or {}).get('grantId') == given['GrantId']]
    if mine: break
    time.sleep(0.1)
event = mine[-1]
assert event['requestParameters'] == {'keyId': key['KeyId'], 'granteePrincipal': reader_arn, 'retiringPrincipal': other_arn, 'name': 'read',
    'operations': ['Decrypt', 'DescribeKey'], 'constraints': {'encryptionContextSubset': {'department': 'audit'}}}, event
assert event['responseElements'] == {'grantId': given['GrantId'], 'keyId': arn} and event['readOnly'] is False, event
assert given['GrantToken'] not in json.dumps(events)
`

testPython('grants let principals use keys as far as they say, until they are taken back', script)
