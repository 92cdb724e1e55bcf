import { loadModel } from '@cairn/aws-kit/model'
import { expect, test } from 'vitest'
import { createTestInstallation, type Sent } from '../../http/installation.fixture.ts'
import type { Call } from '../operation.ts'
import { sendMessage } from './send-message.ts'
import { sendMessageBatch } from './send-message-batch.ts'

test('records of sent messages do not show their bodies', async () => {
  const model = await loadModel('sqs')
  const recorded = (sent: typeof sendMessage, input: object) => {
    const operation = model.operations[sent.name]
    if (operation === undefined) throw new TypeError(`no operation ${sent.name}`)
    return sent.record(input, {} as Call, { model, operation }).requestParameters
  }
  const url = 'http://localhost/123456789012/logs'
  expect(recorded(sendMessage, { QueueUrl: url, MessageBody: 'secret' })).toEqual({
    queueUrl: url,
    messageBody: 'HIDDEN_DUE_TO_SECURITY_REASONS',
  })
  const batch = recorded(sendMessageBatch, { QueueUrl: url, Entries: [{ Id: '1', MessageBody: 'secret' }] })
  expect(JSON.stringify(batch)).not.toContain('secret')
  expect(batch).toMatchObject({ entries: [{ id: '1' }] })
})

test('the record of a call does not tell which of the two protocols its client speaks', async () => {
  await using cairn = await createTestInstallation()
  const url = 'http://127.0.0.1:4577/123456789012'
  const missing = `${url}/none`
  const calls: readonly (readonly [name: string, input: object, form: string, sent?: Sent])[] = [
    [
      'CreateQueue',
      { QueueName: 'logs', Attributes: { DelaySeconds: '5' }, tags: { a: 'b' } },
      'QueueName=logs&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5&Tag.1.Key=a&Tag.1.Value=b',
    ],
    [
      'TagQueue',
      { QueueUrl: `${url}/logs`, Tags: { c: 'd' } },
      'Tag.1.Key=c&Tag.1.Value=d',
      { path: '/123456789012/logs' },
    ],
    ['DeleteQueue', { QueueUrl: missing }, `QueueUrl=${encodeURIComponent(missing)}`],
    [
      'SetQueueAttributes',
      { QueueUrl: `${url}/logs`, Attributes: { Nope: '1' } },
      `QueueUrl=${encodeURIComponent(`${url}/logs`)}&Attribute.1.Name=Nope&Attribute.1.Value=1`,
    ],
    [
      'AddPermission',
      { QueueUrl: 'x', Label: 'l', AWSAccountIds: ['123456789012'], Actions: ['*'] },
      'QueueUrl=x&Label=l&AWSAccountId.1=123456789012&ActionName.1=*',
    ],
    ['CreateQueue', {}, ''],
    [
      'CreateQueue',
      { QueueName: 'logs' },
      'QueueName=logs',
      { credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } },
    ],
  ]
  const recorded = async (sent: Sent) => {
    await cairn.send({ service: 'sqs', ...sent })
    const { eventID, requestID, eventTime, ...rest } = (await cairn.records()).at(-1) ?? {}
    expect([eventID, requestID, eventTime]).not.toContain(undefined)
    return rest
  }
  for (const [name, input, form, sent = {}] of calls) {
    const target = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${name}` }
    const byJson = await recorded({ ...sent, path: '/', headers: target, body: JSON.stringify(input) })
    const body = `Action=${name}&Version=2012-11-05&${form}`
    const byForm = await recorded({ ...sent, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })
    expect(byJson).toMatchObject({ eventName: name })
    expect(byForm).toEqual(byJson)
  }
})
