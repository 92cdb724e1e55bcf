import published from '@cairn/testkit/cases/sigv4/requests.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { readAuthentication } from './authentication.ts'
import { createSigningKeys, deriveSigningKey } from './signing-key.ts'
import { verifyRequest } from './verify.ts'

function verify(request: (typeof published.cases)[number], nowMs = Date.parse(request.now)): void {
  const authentication = readAuthentication(request, nowMs)
  if (authentication.kind !== 'signed') throw new TypeError('the request is anonymous')
  verifyRequest(authentication, deriveSigningKey(request.secretAccessKey, authentication.scope))
}

describe('signatures published by AWS', () => {
  it.each(published.cases)('verify: $name', (request) => {
    expect(() => verify(request)).not.toThrow()
  })

  it.each(published.cases)('do not verify with another secret: $name', (request) => {
    expect(() => verify({ ...request, secretAccessKey: `${request.secretAccessKey}x` })).toThrow('signature-mismatch')
  })
})

describe('the cache of signing keys', () => {
  const scope = { date: '20260203', region: 'us-east-1', service: 's3' }

  it('asks for the secret once per key, day, region and service', () => {
    const keys = createSigningKeys({ entriesMax: 10 })
    let asked = 0
    const secret = () => {
      asked += 1
      return 'secret'
    }
    const first = keys.get('AKID', scope, secret)
    expect(keys.get('AKID', scope, secret)).toBe(first)
    expect(asked).toBe(1)
    keys.get('AKID', { ...scope, region: 'eu-west-1' }, secret)
    keys.get('AKIE', scope, secret)
    expect(asked).toBe(3)
  })

  it('drops the key used longest ago when it is full', () => {
    const keys = createSigningKeys({ entriesMax: 2 })
    const asked: string[] = []
    const get = (id: string) =>
      keys.get(id, scope, () => {
        asked.push(id)
        return id
      })
    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) get(id)
    expect(asked).toEqual(['a', 'b', 'c', 'b'])
  })

  it('forgets every key of an access key, and no other', () => {
    const keys = createSigningKeys({ entriesMax: 10 })
    const before = keys.get('AKID', scope, () => 'old')
    const other = keys.get('AKID2', scope, () => 'other')
    keys.forget('AKID')
    expect(keys.get('AKID', scope, () => 'new')).not.toEqual(before)
    expect(keys.get('AKID2', scope, () => 'never asked')).toBe(other)
  })
})
