import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAuthentication } from './authentication.ts'
import { decodePayload } from './body/index.ts'
import type { RequestHead } from './request-head.ts'
import { presign, signRequest } from './sign.ts'
import { deriveSigningKey } from './signing-key.ts'
import { SigV4Error } from './sigv4-error.ts'
import { verifyRequest } from './verify.ts'

const nowMs = Date.UTC(2026, 1, 3, 4, 5, 6)
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const body = Buffer.from('{"Name":"main"}')
const signing = { service: 's3', region: 'us-east-1', credentials, nowMs }

const inHeader: RequestHead = (() => {
  const [method, path, query] = ['PUT', '/bucket/a%20b//c', 'tagging&versionId=x%2Fy&a=1']
  const headers = { host: 'localhost', 'x-amz-acl': 'private', 'x-amz-meta-note': 'two words' }
  const signed = signRequest({ ...signing, method, path, query, headers, payload: body })
  return { method, path, query, headers: Object.entries(signed.headers).flat() }
})()

const inQuery: RequestHead = (() => {
  const [method, path] = ['GET', '/bucket/key']
  const query = presign({ ...signing, method, path, query: 'a=1', headers: { host: 'localhost' }, expiresSeconds: 600 })
  return { method, path, query, headers: ['host', 'localhost'] }
})()

function verify(head: RequestHead): void {
  const request = readAuthentication(head, nowMs)
  if (request.kind !== 'signed') throw new SigV4Error('unauthenticated')
  if (request.accessKeyId !== credentials.accessKeyId) throw new SigV4Error('unknown-key')
  verifyRequest(request, deriveSigningKey(credentials.secretAccessKey, request.scope), body)
}

const replaceAt = (text: string, at: number, character: string) => text.slice(0, at) + character + text.slice(at + 1)

/** Every request that differs from a good one in one character, of a value or of a name. */
function* changesOf(head: RequestHead): Generator<readonly [string, RequestHead]> {
  for (const character of ['x', '0', '/', '%', ';']) {
    for (const part of ['method', 'path', 'query'] as const) {
      for (let at = 0; at < head[part].length; at++) {
        if (head[part][at] !== character) {
          yield [`${part} ${at} ${character}`, { ...head, [part]: replaceAt(head[part], at, character) }]
        }
      }
    }
    for (const [index, text] of head.headers.entries()) {
      for (let at = 0; at < text.length; at++) {
        if (text[at] === character) continue
        const headers = head.headers.with(index, replaceAt(text, at, character))
        yield [`header ${index} ${at} ${character}`, { ...head, headers }]
      }
    }
  }
}

describe('a signed request', () => {
  it.each([
    ['in the header', inHeader],
    ['in the query', inQuery],
  ])('is refused when any character of it is another, signed %s', (_, head) => {
    expect(() => verify(head)).not.toThrow()
    for (const [change, changed] of changesOf(head)) {
      expect(() => verify(changed), change).toThrow('request refused')
    }
  })

  it('is refused with another body', () => {
    const request = readAuthentication(inHeader, nowMs)
    if (request.kind !== 'signed') throw new TypeError('the request is anonymous')
    const key = deriveSigningKey(credentials.secretAccessKey, request.scope)
    expect(() => verifyRequest(request, key, Buffer.from('{"Name":"mein"}'))).toThrow('payload-hash-mismatch')
  })

  it('is refused when a part of its query is repeated', () => {
    for (const part of inQuery.query.split('&')) {
      expect(() => verify({ ...inQuery, query: `${inQuery.query}&${part}` }), part).toThrow('request refused')
    }
  })
})

describe('the readers of hostile input', () => {
  const words = fc.constantFrom(
    'AWS4-HMAC-SHA256',
    'Credential=',
    'Signature=',
    'SignedHeaders=',
    'host',
    ';',
    ',',
    '/',
    '=',
    '&',
    '%',
    '%2',
    '%zz',
    '+',
    'X-Amz-',
    'Algorithm',
    '20260203T040506Z',
    'aws4_request',
    'x-amz-date',
    '\u00ff',
    ' ',
    '\t',
  )
  const text = fc.oneof(
    fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 30 }),
  )
  const names = fc.constantFrom(
    'authorization',
    'Authorization',
    'x-amz-date',
    'date',
    'host',
    'x-amz-content-sha256',
    'x-amz-trailer',
    'x-amz-decoded-content-length',
    'x-amz-checksum-crc32',
  )

  it('give an answer or a refusal to any head', () => {
    const heads = fc.record({
      method: text,
      path: text,
      query: text,
      headers: fc.array(fc.tuple(names, text), { maxLength: 6 }),
    })
    fc.assert(
      fc.property(heads, ({ headers, ...head }) => {
        try {
          verify({ ...head, headers: headers.flat() })
        } catch (error) {
          expect(error).toBeInstanceOf(SigV4Error)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('give content or a refusal for any body', async () => {
    const framing = fc.constantFrom(
      '9\r\n',
      '0\r\n',
      '\r\n',
      '\n',
      '123456789',
      'x-amz-checksum-crc32:',
      'y/Q5Jg==',
      ';chunk-signature=',
      'f'.repeat(16),
      ':',
      'a',
    )
    const bodies = fc.array(
      fc.array(framing, { maxLength: 6 }).map((parts) => Buffer.from(parts.join(''))),
      { maxLength: 4 },
    )
    const kinds = fc.constantFrom('STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'UNSIGNED-PAYLOAD')
    await fc.assert(
      fc.asyncProperty(bodies, kinds, fc.constantFrom('', 'x-amz-checksum-crc32'), async (pieces, kind, trailer) => {
        const request = readAuthentication(
          {
            method: 'PUT',
            path: '/',
            query: '',
            headers: ['x-amz-content-sha256', kind, 'x-amz-decoded-content-length', '9', 'x-amz-trailer', trailer],
          },
          nowMs,
        )
        async function* source() {
          yield* pieces
        }
        let bytes = 0
        try {
          for await (const piece of decodePayload(request, source())) bytes += piece.length
        } catch (error) {
          expect(error).toBeInstanceOf(SigV4Error)
          return
        }
        // Whatever was accepted is exactly as long as it was announced.
        expect(bytes).toBe(kind === 'UNSIGNED-PAYLOAD' ? pieces.reduce((sum, piece) => sum + piece.length, 0) : 9)
      }),
      { numRuns: 1500 },
    )
  })
})
