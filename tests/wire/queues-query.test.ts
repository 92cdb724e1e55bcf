import { createHash } from 'node:crypto'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import recorded from './queues-query.recorded.json' with { type: 'json' }

/** Queues as clients from before SQS spoke JSON use them: the bytes that one of them sent, signed anew. */

const folder = temporaryFolder()
let cairn: RunningCairn
beforeAll(async () => {
  cairn = await startCairn({ dataDir: `${folder.path}/data` })
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function send(body: string, { path = recorded.path, isSigned = true } = {}) {
  const { method, contentType } = recorded
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = cairn.environment
  const plain = { host: new URL(cairn.endpoint).host, 'content-type': contentType }
  const { headers } = signRequest({
    method,
    path,
    headers: plain,
    payload: Buffer.from(body),
    service: 'sqs',
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: isSigned ? secretAccessKey : 'another' },
    nowMs: Date.now(),
  })
  const answer = await fetch(`${cairn.endpoint}${path}`, { method, headers: { ...headers }, body })
  const text = await answer.text()
  return { status: answer.status, type: answer.headers.get('content-type'), text }
}

/** Sends what was recorded; the answer's document, which is one in every case. */
async function replay(name: keyof typeof recorded.bodies, handle = '') {
  const { status, type, text } = await send(recorded.bodies[name].replace('HANDLE', encodeURIComponent(handle)))
  expect({ name, status, type, text }).toMatchObject({ status: 200, type: 'text/xml' })
  return text
}

async function refused(name: keyof typeof recorded.bodies) {
  const { status, type, text } = await send(recorded.bodies[name])
  expect(type).toBe('text/xml')
  return { status, code: valuesOf(text, 'Code')[0], fault: valuesOf(text, 'Type')[0] }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

function valuesOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>|<${name}/>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(?:#x([0-9A-F]+)|(\w+));/g, (_, code, entity) =>
      code === undefined ? (entities[entity] ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
    ),
  )
}

/** `<Name>…</Name><Value>…</Value>` and the like, as an object. */
function pairsOf(xml: string, key = 'Name', value = 'Value') {
  const values = valuesOf(xml, value)
  return Object.fromEntries(valuesOf(xml, key).map((name, index) => [name, values[index]]))
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

test('an older client makes a queue, sends, receives and deletes, one by one and in batches', async () => {
  const url = `${cairn.endpoint}/123456789012/logs`
  expect(valuesOf(await replay('create'), 'QueueUrl')).toEqual([url])
  expect(valuesOf(await replay('url'), 'QueueUrl')).toEqual([url])
  expect(valuesOf(await replay('list'), 'QueueUrl')).toEqual([url])
  expect(pairsOf(await replay('attributes'))).toEqual({
    QueueArn: 'arn:aws:sqs:us-east-1:123456789012:logs',
    VisibilityTimeout: '60',
  })
  await replay('set')
  expect(pairsOf(await replay('attributes'))).toMatchObject({ VisibilityTimeout: '30' })
  expect(pairsOf(await replay('tags'), 'Key')).toEqual({ team: 'söc & co', env: '' })
  await replay('tag')
  await replay('untag')
  expect(pairsOf(await replay('tags'), 'Key')).toEqual({ zone: '1' })

  const body = 'line\r\nü <&>"\t\u{1f600} ]]>'
  const sent = await replay('send')
  expect(valuesOf(sent, 'MD5OfMessageBody')).toEqual([md5(body)])
  const received = await replay('receive')
  expect(valuesOf(received, 'Body')).toEqual([body])
  expect(valuesOf(received, 'MD5OfMessageAttributes')).toEqual(valuesOf(sent, 'MD5OfMessageAttributes'))
  expect(valuesOf(received, 'StringValue')).toEqual(['ümläut <&> "q" + %20', '42'])
  expect(valuesOf(received, 'BinaryValue')).toEqual(['AP8='])
  expect(pairsOf(received.replaceAll(/<MessageAttribute>.*<\/MessageAttribute>/gs, ''))).toMatchObject({
    ApproximateReceiveCount: '1',
  })
  const [handle = ''] = valuesOf(received, 'ReceiptHandle')
  await replay('show', handle)
  const [again = ''] = valuesOf(await replay('receive'), 'ReceiptHandle')
  await replay('delete', again)

  const batch = await replay('send batch')
  expect([valuesOf(batch, 'Id'), valuesOf(batch, 'Code')]).toEqual([['a', 'b'], ['InvalidMessageContents']])
  const [first = ''] = valuesOf(await replay('receive'), 'ReceiptHandle')
  expect(await replay('show batch', first)).toMatch(/<\w+Entry><Id>a<\/Id><\/\w+Entry>.*<SenderFault>true</)
  const [last = ''] = valuesOf(await replay('receive'), 'ReceiptHandle')
  expect(valuesOf(await replay('delete batch', last), 'Code')).toEqual(['ReceiptHandleIsInvalid'])
  await replay('purge')
  expect(await replay('receive nothing')).not.toContain('<Message>')
  expect(valuesOf(await replay('sources'), 'QueueUrl')).toEqual([])

  const missing = { status: 400, fault: 'Sender' }
  expect(await refused('none')).toEqual({ ...missing, code: 'AWS.SimpleQueueService.NonExistentQueue' })
  expect(await refused('another')).toEqual({ ...missing, code: 'QueueAlreadyExists' })
  expect(await refused('empty batch')).toEqual({ ...missing, code: 'AWS.SimpleQueueService.EmptyBatchRequest' })
  expect(await refused('too many')).toEqual({ ...missing, code: 'InvalidParameterValue' })
  expect(await refused('unknown attribute')).toEqual({ ...missing, code: 'InvalidAttributeName' })
  const forged = await send(recorded.bodies.list, { isSigned: false })
  expect([forged.status, valuesOf(forged.text, 'Code')]).toEqual([403, ['SignatureDoesNotMatch']])
  await replay('delete queue')
})

test('a call sent to the URL of a queue means that queue', async () => {
  await send('Action=CreateQueue&Version=2012-11-05&QueueName=by-path')
  const path = '/123456789012/by-path'
  expect((await send('Action=SendMessage&Version=2012-11-05&MessageBody=one', { path })).status).toBe(200)
  const { text } = await send('Action=ReceiveMessage&Version=2012-11-05', { path })
  expect(valuesOf(text, 'Body')).toEqual(['one'])
  const nowhere = await send('Action=ReceiveMessage&Version=2012-11-05')
  expect([nowhere.status, valuesOf(nowhere.text, 'Code')]).toEqual([400, ['InvalidParameterValue']])
})
