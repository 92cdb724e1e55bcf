import { join } from 'node:path'
import { testPython } from './python-script.ts'

/** Expiration, public access and notifications, set and seen by boto3. */

const program = [process.execPath, join(import.meta.dirname, '../../packages/cli/bin/cairn.js')]

const script = `
import subprocess, sys
s3, sqs = boto3.client('s3'), boto3.client('sqs')
account = boto3.client('sts').get_caller_identity()['Account']

s3.create_bucket(Bucket='audit')

# Public access is blocked from the start.
block = s3.get_public_access_block(Bucket='audit')['PublicAccessBlockConfiguration']
assert all(block.values()) and len(block) == 4, block
public = json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': '*',
    'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::audit/*'}]})
refused('AccessDenied', lambda: s3.put_bucket_policy(Bucket='audit', Policy=public))
s3.delete_public_access_block(Bucket='audit')
refused('NoSuchPublicAccessBlockConfiguration', lambda: s3.get_public_access_block(Bucket='audit'))
s3.put_bucket_policy(Bucket='audit', Policy=public)
s3.delete_bucket_policy(Bucket='audit')

# A queue must let the bucket send.
queue = sqs.create_queue(QueueName='told')['QueueUrl']
arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
configuration = {'QueueConfigurations': [{'Id': 'logs', 'QueueArn': arn, 'Events': ['s3:ObjectCreated:*', 's3:LifecycleExpiration:*'],
    'Filter': {'Key': {'FilterRules': [{'Name': 'prefix', 'Value': 'logs/'}, {'Name': 'suffix', 'Value': '.gz'}]}}}]}
tell = lambda: s3.put_bucket_notification_configuration(Bucket='audit', NotificationConfiguration=configuration)
refused('InvalidArgument', tell)
sqs.set_queue_attributes(QueueUrl=queue, Attributes={'Policy': json.dumps({'Version': '2012-10-17', 'Statement': [{
    'Effect': 'Allow', 'Principal': {'Service': 's3.amazonaws.com'}, 'Action': 'sqs:SendMessage', 'Resource': arn,
    'Condition': {'ArnLike': {'aws:SourceArn': 'arn:aws:s3:::audit'}, 'StringEquals': {'aws:SourceAccount': account}}}]})})
tell()
shown = s3.get_bucket_notification_configuration(Bucket='audit')['QueueConfigurations']
assert shown == configuration['QueueConfigurations'], shown

def messages(count):
    found = []
    while len(found) < count:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=10).get('Messages', [])
        assert answer, 'no more messages after %d' % len(found)
        found += answer
        for message in answer:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message['ReceiptHandle'])
    return [json.loads(message['Body']) for message in found]

[test] = messages(1)
assert test['Event'] == 's3:TestEvent' and test['Bucket'] == 'audit', test
s3.put_object(Bucket='audit', Key='other/a.gz', Body=b'x')
s3.put_object(Bucket='audit', Key='logs/a b+c.gz', Body=b'12345')
[body] = messages(1)
[record] = body['Records']
assert record['eventName'] == 'ObjectCreated:Put' and record['eventSource'] == 'aws:s3', record
assert record['s3']['object']['key'] == 'logs/a+b%2Bc.gz' and record['s3']['object']['size'] == 5, record
assert record['s3']['configurationId'] == 'logs' and record['s3']['bucket']['name'] == 'audit', record

# What expires is gone, and told.
refused('NoSuchLifecycleConfiguration', lambda: s3.get_bucket_lifecycle_configuration(Bucket='audit'))
rules = [{'ID': 'short', 'Status': 'Enabled', 'Filter': {'Prefix': 'logs/'}, 'Expiration': {'Days': 7}}]
s3.put_bucket_lifecycle_configuration(Bucket='audit', LifecycleConfiguration={'Rules': rules})
assert s3.get_bucket_lifecycle_configuration(Bucket='audit')['Rules'] == rules
subprocess.run(json.loads(sys.argv[1]) + ['clock', 'advance', '9d'] + json.loads(sys.argv[2]), check=True, stdout=subprocess.DEVNULL)
[body] = messages(1)
assert body['Records'][0]['eventName'] == 'LifecycleExpiration:Delete', body
keys = [entry['Key'] for entry in s3.list_objects_v2(Bucket='audit')['Contents']]
assert keys == ['other/a.gz'], keys
s3.delete_bucket_lifecycle(Bucket='audit')
refused('NoSuchLifecycleConfiguration', lambda: s3.get_bucket_lifecycle_configuration(Bucket='audit'))
`

testPython('boto3: public access is blocked, a queue is told what it asked for, and objects expire by rule', script, {
  serve: ['--clock', 'test=-30d'],
  args: (dataDir) => [JSON.stringify(program), JSON.stringify(['--data-dir', dataDir])],
})
