import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAuthentication } from './authentication.ts'
import { signingKeyV2 } from './presigned-v2.ts'
import type { RequestHead } from './request-head.ts'
import type { SignedRequest } from './signed-request.ts'
import { SigV4Error } from './sigv4-error.ts'
import { verifyRequest } from './verify.ts'

const nowMs = Date.UTC(2026, 1, 3, 4, 5, 6)
const secret = 'secret'
const expires = String(nowMs / 1000 + 600)

function read(head: RequestHead, atMs = nowMs): SignedRequest {
  const authentication = readAuthentication(head, atMs, { takesPresignedV2: true })
  if (authentication.kind !== 'signed') throw new TypeError('the request is anonymous')
  return authentication
}

function reasonOf(head: RequestHead, atMs = nowMs): string | undefined {
  try {
    verifyRequest(read(head, atMs), signingKeyV2(secret))
    return undefined
  } catch (error) {
    if (error instanceof SigV4Error) return error.reason
    throw error
  }
}

/** The string to sign is written out here once more, from the guide. */
function signed(method: string, path: string, extra = '', amz = ''): RequestHead {
  const asked = extra.startsWith('versionId=') ? `?${extra}` : ''
  const text = `${method}\n\n\n${expires}\n${amz}${path}${asked}`
  const value = encodeURIComponent(createHmac('sha1', secret).update(text).digest('base64'))
  const query = [`AWSAccessKeyId=AKIA&Expires=${expires}&Signature=${value}`, extra].filter(Boolean).join('&')
  return { method, path, query, headers: ['host', '127.0.0.1:4577'] }
}

describe('an address of the second signature version', () => {
  it.each([
    ['GET', '/audit/key', '', ''],
    ['DELETE', '/audit/a%20b', 'versionId=abc', ''],
    ['PUT', '/audit/key', 'x-amz-meta-b=2&x-amz-meta-a=1', 'x-amz-meta-a:1\nx-amz-meta-b:2\n'],
    ['GET', '/audit/key', 'prefix=not-signed', ''],
  ])('%s %s?%s verifies', (method, path, extra, amz) => {
    expect(reasonOf(signed(method, path, extra, amz))).toBeUndefined()
  })

  it('lasts until the second it names', () => {
    const head = signed('GET', '/audit/key')
    expect(reasonOf(head, nowMs + 600_000)).toBeUndefined()
    expect(reasonOf(head, nowMs + 600_001)).toBe('presigned-expired')
  })

  it.each([
    ['no expiry', (query: string) => query.replace(/Expires=\d+&/, ''), 'authorization-incomplete'],
    ['two signatures', (query: string) => `${query}&Signature=x`, 'authorization-incomplete'],
    [
      'an expiry that is no number',
      (query: string) => query.replace(/Expires=\d+/, 'Expires=soon'),
      'expires-malformed',
    ],
    ['a header twice', (query: string) => `${query}&x-amz-acl=private&x-amz-acl=private`, 'authorization-incomplete'],
    ['another header', (query: string) => `${query}&x-amz-acl=private`, 'signature-mismatch'],
    ['another subresource', (query: string) => `${query}&acl`, 'signature-mismatch'],
  ])('with %s is refused', (_what, change, reason) => {
    const head = signed('GET', '/audit/key')
    expect(reasonOf({ ...head, query: change(head.query) })).toBe(reason)
  })

  it('is refused when its method or any character of its path is another', () => {
    const head = signed('GET', '/audit/2026/11/23/log.json.gz')
    fc.assert(
      fc.property(fc.nat(head.path.length - 1), fc.constantFrom('x', '%41', ''), (at, other) => {
        const path = head.path.slice(0, at) + other + head.path.slice(at + 1)
        fc.pre(path !== head.path)
        expect(reasonOf({ ...head, path })).toBe('signature-mismatch')
      }),
      { numRuns: 100 },
    )
    expect(reasonOf({ ...head, method: 'PUT' })).toBe('signature-mismatch')
  })

  it('of any form ends in a refusal of this layer, or not at all', () => {
    const part = fc.constantFrom(
      'AWSAccessKeyId',
      'Expires',
      'Signature',
      'x-amz-date',
      '=',
      '&',
      '%',
      '%ff',
      '+',
      expires,
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 12 }), (parts) => {
        const query = `AWSAccessKeyId=a&${parts.join('')}`
        expect(reasonOf({ method: 'GET', path: '/', query, headers: ['host', 'h'] })).toBeTypeOf('string')
      }),
      { numRuns: 300 },
    )
  })
})
