import { expect, test } from 'vitest'
import { errorAnswer } from './error-answer.ts'

const error = { code: 'UpstreamTimeout', message: 'it did not answer <in time>', status: 504 }
const facts = { requestId: 'r', isHead: false }
const textOf = (protocol: Parameters<typeof errorAnswer>[0]) =>
  Buffer.from(errorAnswer(protocol, error, facts).body as Uint8Array).toString('latin1')

test.each([
  ['awsJson1_0', '{"__type":"UpstreamTimeout"'],
  ['restXml', '<Error><Code>UpstreamTimeout</Code>'],
  ['query', '<ErrorResponse'],
  ['ec2Query', '<Response><Errors><Error><Code>UpstreamTimeout</Code><Message>it did not answer &lt;in time&gt;<'],
  ['unknown', '{"__type":"UpstreamTimeout"'],
] as const)('%s clients get the error in their own form', (protocol, beginning) => {
  expect(textOf(protocol)).toContain(beginning)
  expect(errorAnswer(protocol, error, facts).status).toBe(504)
})

test('CBOR clients get a map of two texts, whatever their length', () => {
  const long = { ...error, message: 'x'.repeat(300) }
  const body = Buffer.from(errorAnswer('rpcV2Cbor', long, facts).body as Uint8Array)
  const expected = Buffer.concat([
    Buffer.from([0xa2, 0x66]),
    Buffer.from('__type'),
    Buffer.from([0x6f]),
    Buffer.from('UpstreamTimeout'),
    Buffer.from([0x67]),
    Buffer.from('message'),
    Buffer.from([0x79, 0x01, 0x2c]),
    Buffer.from(long.message),
  ])
  expect(body.equals(expected)).toBe(true)
})

test('an answer to HEAD has no body', () => {
  expect(errorAnswer('restXml', error, { ...facts, isHead: true }).body).toHaveLength(0)
})
