import { expect, test } from 'vitest'
import type { HttpRequest } from '../http-message.ts'
import { s3RequestContext } from './s3-facts.ts'

const receivedAtMs = Date.UTC(2026, 10, 23, 12, 0, 30)

function contextOf(request: { tls?: HttpRequest['tls']; headers?: Record<string, string>; query?: string }) {
  const { tls, headers = {}, query = '' } = request
  const made = { headers, head: { query }, ...(tls && { tls }) } as unknown as HttpRequest
  return s3RequestContext({ request: made, receivedAtMs })
}

test('policies of S3 are told the version of TLS as a number', () => {
  expect(contextOf({ tls: { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' } })).toEqual({
    's3:TlsVersion': '1.3',
  })
})

test('and nothing of a signature that is not there', () => {
  expect(contextOf({})).toEqual({})
})

test.each([
  [
    { headers: { authorization: 'AWS4-HMAC-SHA256 …', 'x-amz-date': '20261123T120000Z' } },
    'REST-HEADER',
    'AWS4-HMAC-SHA256',
    '30000',
  ],
  [{ query: 'X-Amz-Date=20261123T115930Z&X-Amz-Signature=00' }, 'REST-QUERY-STRING', 'AWS4-HMAC-SHA256', '60000'],
  [{ query: 'AWSAccessKeyId=AKIA&Expires=1&Signature=x' }, 'REST-QUERY-STRING', 'AWS', undefined],
  [
    { headers: { authorization: 'AWS4-HMAC-SHA256 …', 'x-amz-date': '20261123T120100Z' } },
    'REST-HEADER',
    'AWS4-HMAC-SHA256',
    '0',
  ],
])('of %j: how, by which version and how long ago it was signed', (request, authType, version, age) => {
  expect(contextOf(request)).toEqual({
    's3:authType': authType,
    's3:signatureversion': version,
    ...(age !== undefined && { 's3:signatureAge': age }),
  })
})
