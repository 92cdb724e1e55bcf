import { loadModel } from '@cairn/aws-kit/model'
import { expect, test } from 'vitest'
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
