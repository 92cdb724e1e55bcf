import { testPython } from './python-script.ts'

/** What every place that keeps a policy says of one with a typing error, seen by boto3. */

const script = `
s3, sqs, kms, iam, trail = (boto3.client(name) for name in ['s3', 'sqs', 'kms', 'iam', 'cloudtrail'])
account = boto3.client('sts').get_caller_identity()['Account']
nobody = {'AWS': 'arn:aws:iam::%s:user/nobody' % account}
me = {'AWS': 'arn:aws:iam::%s:user/admin' % account}

def policy(**statement):
    return json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', **statement}]})

def refused_with(code, message, call):
    try:
        call()
    except ClientError as error:
        told = error.response['Error']
        assert (told['Code'], told['Message']) == (code, message), told
    else:
        assert False, 'not refused: ' + message

s3.create_bucket(Bucket='audit')
def bucket(message, **statement):
    refused_with('MalformedPolicy', message, lambda: s3.put_bucket_policy(Bucket='audit', Policy=policy(**statement)))
everything = 'arn:aws:s3:::audit/*'
bucket('Policy has invalid action', Principal=me, Action='s3:GetObjekt', Resource=everything)
bucket('Policy has invalid resource', Principal=me, Action='s3:GetObject', Resource='arn:aws:s3:::other/*')
bucket('Action does not apply to any resource(s) in statement', Principal=me, Action='s3:ListBucket', Resource=everything)
bucket('Invalid principal in policy', Principal=nobody, Action='s3:GetObject', Resource=everything)
s3.put_bucket_policy(Bucket='audit', Policy=policy(Principal=me, Action='s3:GetObject', Resource=everything))

queue = sqs.create_queue(QueueName='told')['QueueUrl']
def on_queue(**statement):
    refused_with('InvalidAttributeValue', 'Invalid value for the parameter Policy.', lambda: sqs.set_queue_attributes(
        QueueUrl=queue, Attributes={'Policy': policy(Resource='*', **statement)}))
on_queue(Principal=nobody, Action='sqs:SendMessage')
on_queue(Principal=me, Action='s3:GetObject')
sqs.set_queue_attributes(QueueUrl=queue, Attributes={'Policy': policy(Principal=me, Action='SQS:*', Resource='*')})

key = kms.create_key()['KeyMetadata']['KeyId']
refused_with('MalformedPolicyDocumentException', 'Policy contains a statement with one or more invalid principals.',
    lambda: kms.put_key_policy(KeyId=key, PolicyName='default', Policy=policy(Principal=nobody, Action='kms:*', Resource='*')))

def role(message, **statement):
    refused_with('MalformedPolicyDocument', message, lambda: iam.create_role(
        RoleName='reader', AssumeRolePolicyDocument=policy(**statement)))
role('AssumeRole policy may only specify STS AssumeRole actions.', Principal=me, Action='s3:GetObject')
role('Invalid principal in policy: "AWS":"%s"' % nobody['AWS'], Principal=nobody, Action='sts:AssumeRole')
iam.create_role(RoleName='reader', AssumeRolePolicyDocument=policy(Principal=me, Action='sts:AssumeRole'))
# Identity policies may name actions that nobody knows yet.
iam.put_role_policy(RoleName='reader', PolicyName='later', PolicyDocument=policy(Action=['new:Thing', '*:List*'], Resource='*'))

channel = trail.create_channel(Name='incoming', Source='Custom', Destinations=[{'Type': 'EVENT_DATA_STORE', 'Location':
    trail.create_event_data_store(Name='outside', TerminationProtectionEnabled=False, AdvancedEventSelectors=[{'FieldSelectors':
        [{'Field': 'eventCategory', 'Equals': ['ActivityAuditLog']}]}])['EventDataStoreArn']}])['ChannelArn']
refused_with('ResourcePolicyNotValidException', 'Invalid principal in policy: ' + nobody['AWS'], lambda: trail.put_resource_policy(
    ResourceArn=channel, ResourcePolicy=policy(Principal=nobody, Action='cloudtrail-data:PutAuditEvents', Resource=channel)))

# A policy means whom it meant: also under another name, and not whoever has the name next.
other = {'AWS': 'arn:aws:iam::999999999999:root'}
def made(name):
    arn = iam.create_user(UserName=name)['User']['Arn']
    key = iam.create_access_key(UserName=name)['AccessKey']
    signed = dict(aws_access_key_id=key['AccessKeyId'], aws_secret_access_key=key['SecretAccessKey'])
    return arn, key['AccessKeyId'], lambda service: boto3.client(service, **signed)
def named(text):
    return json.loads(text)['Statement'][0]['Principal']['AWS']
ann, ann_key, as_ann = made('ann')
s3.put_object(Bucket='audit', Key='a', Body=b'1')
s3.put_bucket_policy(Bucket='audit', Policy=policy(Principal={'AWS': [ann, me['AWS']]}, Action='s3:GetObject', Resource=everything,
    Condition={'StringNotEquals': {'aws:PrincipalArn': [ann + 'a', other['AWS']]}}))
iam.update_assume_role_policy(RoleName='reader', PolicyDocument=policy(Principal={'AWS': ann}, Action='sts:AssumeRole'))
sqs.set_queue_attributes(QueueUrl=queue, Attributes={'Policy': policy(Principal={'AWS': ann}, Action='SQS:*', Resource='*')})
kms.create_grant(KeyId=key, GranteePrincipal=ann, Operations=['Encrypt'])
uses = {
    's3': lambda who: who('s3').get_object(Bucket='audit', Key='a'),
    'sts': lambda who: who('sts').assume_role(RoleArn='arn:aws:iam::%s:role/reader' % account, RoleSessionName='one'),
    'sqs': lambda who: who('sqs').get_queue_attributes(QueueUrl=queue),
    'kms': lambda who: who('kms').encrypt(KeyId=key, Plaintext=b'1'),
}
for use in uses.values():
    use(as_ann)
iam.update_user(UserName='ann', NewUserName='anna', NewPath='/moved/')
anna = ann.replace('user/ann', 'user/moved/anna')
for use in uses.values():
    use(as_ann)
shown = s3.get_bucket_policy(Bucket='audit')['Policy']
assert named(shown) == [anna, me['AWS']] and ann + 'a' in shown, shown
assert kms.list_grants(KeyId=key)['Grants'][0]['GranteePrincipal'] == anna
gone = iam.get_user(UserName='anna')['User']['UserId']
iam.delete_access_key(UserName='anna', AccessKeyId=ann_key)
iam.delete_user(UserName='anna')
_, _, as_next = made('anna')
iam.update_user(UserName='anna', NewPath='/moved/')
for name, use in uses.items():
    try:
        use(as_next)
        assert False, name
    except ClientError as error:
        assert error.response['ResponseMetadata']['HTTPStatusCode'] in (400, 403), error
assert named(s3.get_bucket_policy(Bucket='audit')['Policy']) == [gone, me['AWS']]
assert iam.get_role(RoleName='reader')['Role']['AssumeRolePolicyDocument']['Statement'][0]['Principal']['AWS'] == gone
assert kms.list_grants(KeyId=key)['Grants'][0]['GranteePrincipal'] == gone
`

testPython('policies with typing errors are refused where they are put, in the words of the service', script)
