import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Queues as stock clients use them. */

const found = clients()
const folder = temporaryFolder()
const dataDir = join(folder.path, 'data')
let cairn: RunningCairn
beforeAll(async () => {
  cairn = await startCairn({ dataDir })
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

function callsOf(program: string) {
  // aws-cli 1 knows SQS by an old name of its own and passes over AWS_ENDPOINT_URL, for this service alone.
  const run = (...args: string[]) =>
    cairn.run(program, 'sqs', ...args, '--output', 'json', '--endpoint-url', cairn.endpoint)
  return {
    run,
    async sqs(...args: string[]) {
      const { code, stdout, stderr } = await run(...args)
      expect([code, stderr]).toEqual([0, ''])
      return stdout === '' ? undefined : JSON.parse(stdout)
    },
  }
}

test.skipIf(found.aws1.kind === 'absent')(
  'aws-cli makes a queue, sends, receives, deletes, and a message outlives a crash',
  { timeout: 90_000 },
  async () => {
    const { sqs, run } = callsOf(programOf(found.aws1))
    const { QueueUrl: url } = await sqs('create-queue', '--queue-name', 'logs', '--attributes', 'VisibilityTimeout=60')
    const at = ['--queue-url', url]
    expect(await sqs('get-queue-url', '--queue-name', 'logs')).toEqual({ QueueUrl: url })
    expect(await sqs('list-queues', '--queue-name-prefix', 'lo')).toEqual({ QueueUrls: [url] })
    const sent = await sqs('send-message', ...at, '--message-body', 'hello')
    await sqs('send-message', ...at, '--message-body', 'again')
    await cairn.kill()
    cairn = await startCairn({ dataDir })
    const moved = ['--queue-url', url.replace(/^http:\/\/[^/]+/, cairn.endpoint)]
    const received = await sqs(
      'receive-message',
      ...moved,
      '--max-number-of-messages',
      '10',
      '--attribute-names',
      'All',
    )
    expect(received.Messages.map(({ Body }: { Body: string }) => Body)).toEqual(['hello', 'again'])
    const [first] = received.Messages
    expect(first).toMatchObject({ MessageId: sent.MessageId, Attributes: { ApproximateReceiveCount: '1' } })
    const counts = await sqs('get-queue-attributes', ...moved, '--attribute-names', 'All')
    expect(counts.Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '2',
      VisibilityTimeout: '60',
      QueueArn: 'arn:aws:sqs:us-east-1:123456789012:logs',
    })
    await sqs(
      'change-message-visibility',
      ...moved,
      '--receipt-handle',
      first.ReceiptHandle,
      '--visibility-timeout',
      '0',
    )
    const [again] = (await sqs('receive-message', ...moved)).Messages
    expect(again.Body).toBe('hello')
    await sqs('delete-message', ...moved, '--receipt-handle', again.ReceiptHandle)
    await sqs('purge-queue', ...moved)
    expect(await sqs('receive-message', ...moved)).toBeUndefined()
    expect((await run('receive-message', '--queue-url', `${cairn.endpoint}/123456789012/none`)).stderr).toContain(
      '(AWS.SimpleQueueService.NonExistentQueue)',
    )
    await sqs('delete-queue', ...moved)
    expect((await run('get-queue-url', '--queue-name', 'logs')).code).not.toBe(0)
  },
)

test.skipIf(found.python.kind === 'absent')(
  'boto3 waits for a message that comes later, and batches what it deletes',
  { timeout: 60_000 },
  async () => {
    const script = join(folder.path, 'poll.py')
    writeFileSync(
      script,
      `
import boto3, threading, time
sqs = boto3.resource('sqs')
queue = sqs.create_queue(QueueName='poll')
threading.Timer(1.5, lambda: boto3.client('sqs').send_message(QueueUrl=queue.url, MessageBody='late')).start()
began = time.time()
messages = queue.receive_messages(WaitTimeSeconds=20, MaxNumberOfMessages=10)
waited = time.time() - began
assert [m.body for m in messages] == ['late'], messages
assert 1 < waited < 10, waited
sent = queue.send_messages(Entries=[{'Id': str(n), 'MessageBody': str(n)} for n in range(10)])
assert len(sent['Successful']) == 10
found = queue.receive_messages(MaxNumberOfMessages=10)
shown = queue.change_message_visibility_batch(Entries=[{'Id': str(n), 'ReceiptHandle': m.receipt_handle, 'VisibilityTimeout': 0}
    for n, m in enumerate(found[:2])] + [{'Id': 'long', 'ReceiptHandle': found[2].receipt_handle, 'VisibilityTimeout': 43201},
    {'Id': 'none', 'ReceiptHandle': 'made up', 'VisibilityTimeout': 1}])
assert [one['Id'] for one in shown['Successful']] == ['0', '1'], shown
assert [(one['Id'], one['SenderFault']) for one in shown['Failed']] == [('long', True), ('none', True)], shown
found = queue.receive_messages(MaxNumberOfMessages=10) + found[2:]
done = queue.delete_messages(Entries=[{'Id': str(n), 'ReceiptHandle': m.receipt_handle} for n, m in enumerate(found)])
assert len(done['Successful']) == 10
attributes = {'kind': {'DataType': 'String', 'StringValue': 'ümläut'}, 'app.size': {'DataType': 'Number.int', 'StringValue': '42'},
    'app.raw': {'DataType': 'Binary', 'BinaryValue': b'\\x00\\xff'}}
sent = queue.send_message(MessageBody='with', MessageAttributes=attributes)
assert sent['MD5OfMessageAttributes'], sent
[one] = queue.receive_messages(MessageAttributeNames=['app.*'], AttributeNames=['ApproximateReceiveCount'], VisibilityTimeout=0)
assert one.message_attributes == {name: attributes[name] for name in ('app.size', 'app.raw')}, one.message_attributes
assert one.attributes == {'ApproximateReceiveCount': '1'}, one.attributes
[all] = queue.receive_messages(MessageAttributeNames=['All'], AttributeNames=['ApproximateReceiveCount'])
assert all.message_attributes == attributes and all.attributes == {'ApproximateReceiveCount': '2'}, all
all.delete()
for wrong in ({'AWS.x': attributes['kind']}, {'a..b': attributes['kind']}, {'a': {'DataType': 'Text', 'StringValue': 'x'}},
        {'a': {'DataType': 'Number', 'StringValue': 'x'}}, {'a': {'DataType': 'Binary', 'StringValue': 'x'}}):
    try:
        queue.send_message(MessageBody='wrong', MessageAttributes=wrong)
        assert False, wrong
    except sqs.meta.client.exceptions.InvalidMessageContents:
        pass
import json
dead = sqs.create_queue(QueueName='dead')
to = json.dumps({'deadLetterTargetArn': dead.attributes['QueueArn'], 'maxReceiveCount': '1'})
tried = sqs.create_queue(QueueName='tried', Attributes={'RedrivePolicy': to})
assert json.loads(tried.attributes['RedrivePolicy'])['maxReceiveCount'] == 1, tried.attributes
assert [q.url for q in dead.dead_letter_source_queues.all()] == [tried.url]
tried.send_message(MessageBody='poison')
assert len(tried.receive_messages(VisibilityTimeout=0)) == 1
assert tried.receive_messages() == []
[moved] = dead.receive_messages(AttributeNames=['All'])
assert moved.body == 'poison' and moved.attributes['DeadLetterQueueSourceArn'] == tried.attributes['QueueArn'], moved.attributes
for wrong in ('nonsense', json.dumps({'deadLetterTargetArn': dead.attributes['QueueArn'], 'maxReceiveCount': 0}), to.replace(':dead', ':gone')):
    try:
        tried.set_attributes(Attributes={'RedrivePolicy': wrong})
        assert False, wrong
    except sqs.meta.client.exceptions.InvalidAttributeValue:
        pass
tried.set_attributes(Attributes={'RedrivePolicy': ''})
tried.reload()
assert 'RedrivePolicy' not in tried.attributes
try:
    boto3.client('sqs').get_queue_url(QueueName='nothing')
    assert False
except sqs.meta.client.exceptions.QueueDoesNotExist as error:
    assert error.response['Error']['Code'] == 'AWS.SimpleQueueService.NonExistentQueue', error.response
print('done')
`,
    )
    const { code, stdout, stderr } = await cairn.run(programOf(found.python), script)
    expect([code, stdout.trim(), stderr]).toEqual([0, 'done', ''])
  },
)
