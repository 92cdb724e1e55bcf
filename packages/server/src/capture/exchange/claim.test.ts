import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClaim } from './claim.ts'

const head = (query = '') => ({ method: 'GET', path: '/', query, headers: [] })
const claimOf = (authorization: string, query?: string) => readClaim({ headers: { authorization }, head: head(query) })

test.each([
  [
    'AWS4-HMAC-SHA256 Credential=AK/20261123/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0',
    { accessKeyId: 'AK', region: 'eu-west-1', service: 's3' },
  ],
  [
    'AWS4-ECDSA-P256-SHA256 Credential=AK/20261123/s3/aws4_request, SignedHeaders=host, Signature=0',
    { accessKeyId: 'AK', service: 's3' },
  ],
  ['AWS AK:c2ln', { accessKeyId: 'AK', service: 's3' }],
  ['AWS4-HMAC-SHA256 Credential=AK/20261123/EU/../s3/aws4_request', undefined],
  ['Bearer token', undefined],
])('reads who signed, and for what, from %s', (authorization, expected) => {
  expect(claimOf(authorization)).toEqual(expected)
})

test('reads a presigned address, the token with it', () => {
  const query = 'X-Amz-Credential=AK%2F20261123%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Security-Token=t%2F'
  expect(readClaim({ headers: {}, head: head(query) })).toEqual({
    accessKeyId: 'AK',
    region: 'eu-west-1',
    service: 's3',
    sessionToken: 't/',
  })
})

test('never throws, and nothing it reads is long', () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^AWS4-X Credential=[A-Za-z0-9/%.=-]*$/),
    fc.constant(`AWS ${'a'.repeat(100_000)}`),
  )
  fc.assert(
    fc.property(text, text, (authorization, query) => {
      for (const claim of [
        claimOf(authorization, query),
        readClaim({ headers: {}, head: head(`X-Amz-Credential=${query}`) }),
      ]) {
        expect((claim?.accessKeyId ?? '').length).toBeLessThanOrEqual(128)
        expect((claim?.service ?? '').length).toBeLessThanOrEqual(64)
      }
    }),
  )
})
