import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAuthentication } from './authentication.ts'
import type { RequestHead } from './request-head.ts'
import { presign, signRequest } from './sign.ts'
import type { SignedRequest } from './signed-request.ts'
import { deriveSigningKey } from './signing-key.ts'
import { verifyRequest } from './verify.ts'

/** What the official signer wants of a hash. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data))
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {
    throw new RangeError('not used by the signer')
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array | string {
  if (typeof data === 'string') return data
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const nowMs = Date.UTC(2026, 1, 3, 4, 5, 6)

const anyText = fc.string({ unit: 'grapheme', maxLength: 12 })
const segment = fc.oneof(anyText, fc.constantFrom('', '.', '..', 'a b', 'ü', '~', 'a+b', "o'k(*)!", '%41'))
const headerValue = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
const headerName = fc
  .stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,12}$/)
  .filter(
    (name) =>
      !/^(host|date|authorization|connection|expect|te|from|trailer|upgrade|pragma|referer|x-amz.*)$/i.test(name),
  )

const requests = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
  service: fc.constantFrom('s3', 'cloudtrail', 'sts', 'cloudtrail-data'),
  region: fc.constantFrom('us-east-1', 'eu-west-1', 'us-gov-east-1'),
  segments: fc.array(segment, { maxLength: 5 }),
  query: fc.dictionary(
    anyText.filter((name) => name !== '' && name !== '__proto__' && !/^x-amz/i.test(name) && name !== 'AWSAccessKeyId'),
    fc.oneof(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 })),
    { maxKeys: 5 },
  ),
  headers: fc.uniqueArray(fc.tuple(headerName, headerValue), {
    maxLength: 5,
    selector: ([name]) => name.toLowerCase(),
  }),
  body: fc.oneof(fc.constant(''), anyText),
  sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{10,40}$/), { nil: undefined }),
})

type Generated = typeof requests extends fc.Arbitrary<infer T> ? T : never

/** How the official clients write a part of a URL. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function wireOf(generated: Generated) {
  const path = `/${generated.segments.map((part) => escaped(part)).join('/')}`
  const query = Object.entries(generated.query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one]))
    .map(([name = '', value = '']) => `${escaped(name)}=${escaped(value)}`)
    .join('&')
  const headers = { host: 'service.example.com', ...Object.fromEntries(generated.headers) }
  return { method: generated.method, path, query, headers }
}

function official(generated: Generated): SignatureV4 {
  return new SignatureV4({
    service: generated.service,
    region: generated.region,
    credentials: {
      ...credentials,
      ...(generated.sessionToken === undefined ? {} : { sessionToken: generated.sessionToken }),
    },
    sha256: Sha256,
    uriEscapePath: generated.service !== 's3',
  })
}

function smithyRequest(generated: Generated) {
  const wire = wireOf(generated)
  const query = Object.fromEntries(Object.entries(generated.query).map(([name, value]) => [name, value]))
  return {
    method: wire.method,
    protocol: 'https:',
    hostname: 'service.example.com',
    path: wire.path,
    query,
    headers: wire.headers,
    body: generated.body,
  }
}

function verify(head: RequestHead, body: string): SignedRequest {
  const request = readAuthentication(head, nowMs)
  if (request.kind !== 'signed') throw new TypeError('the request is anonymous')
  verifyRequest(request, deriveSigningKey(credentials.secretAccessKey, request.scope), Buffer.from(body))
  return request
}

describe('signing and verifying', () => {
  it('accepts every request the official signer signs', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (generated) => {
        const signed = await official(generated).sign(smithyRequest(generated), { signingDate: new Date(nowMs) })
        const wire = wireOf(generated)
        const request = verify({ ...wire, headers: Object.entries(signed.headers).flat() }, generated.body)
        expect(request.sessionToken).toBe(generated.sessionToken)
      }),
      { numRuns: 300 },
    )
  })

  it('signs exactly as the official signer does', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (generated) => {
        const theirs = await official(generated).sign(smithyRequest(generated), { signingDate: new Date(nowMs) })
        const ours = signRequest({
          ...wireOf(generated),
          payload: Buffer.from(generated.body),
          service: generated.service,
          region: generated.region,
          credentials: {
            ...credentials,
            ...(generated.sessionToken === undefined ? {} : { sessionToken: generated.sessionToken }),
          },
          nowMs,
        })
        expect(ours.headers.authorization).toBe(theirs.headers.authorization)
      }),
      { numRuns: 300 },
    )
  })

  it('accepts its own presigned requests until they expire', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 604_800 }), (generated, expiresSeconds) => {
        const wire = wireOf(generated)
        const query = presign({
          ...wire,
          service: generated.service,
          region: generated.region,
          credentials,
          nowMs,
          expiresSeconds,
        })
        const head = { ...wire, query, headers: Object.entries(wire.headers).flat() }
        verify(head, '')
        expect(() => readAuthentication(head, nowMs + expiresSeconds * 1000 + 1)).toThrow('presigned-expired')
      }),
      { numRuns: 200 },
    )
  })
})
