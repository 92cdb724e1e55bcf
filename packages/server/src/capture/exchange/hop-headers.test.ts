import { expect, test } from 'vitest'
import { answerHeaders, endToEnd } from './hop-headers.ts'

test("what belongs to a connection stays on it, spelled any way, and what the connection's options name", () => {
  const raw = [
    'Host',
    'a',
    'CONNECTION',
    'close, X-Hop',
    'x-hop',
    '1',
    'Transfer-Encoding',
    'chunked',
    'Expect',
    '100-continue',
  ]
  expect(endToEnd([...raw, 'X-Amz-Date', 'd', 'Keep-Alive', '5'])).toEqual(['Host', 'a', 'X-Amz-Date', 'd'])
})

test('a client cannot have host, signature or length taken off by naming them as options of its connection', () => {
  const raw = [
    'Connection',
    'host, authorization, x-amz-target, content-length',
    'Host',
    'a',
    'Authorization',
    's',
    'X-Amz-Target',
    't',
    'Content-Length',
    '2',
  ]
  expect(endToEnd(raw)).toEqual(raw.slice(2))
})

test('an answer keeps its spelling; a name that comes twice is one line; the length has one name', () => {
  const raw = ['CONTENT-Length', '2', 'x-Odd', '1', 'X-ODD', '2', 'Connection', 'close']
  expect({ ...answerHeaders(raw) }).toEqual({ 'content-length': '2', 'x-Odd': '1, 2' })
})
