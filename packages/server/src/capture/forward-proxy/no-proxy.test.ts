import { expect, test } from 'vitest'
import { isExcepted, withoutDomains } from './no-proxy.ts'

test.each([
  ['*', 'any.example.org', 443, true],
  ['example.org', 'example.org', 443, true],
  ['example.org', 'a.example.org', 443, true],
  ['.example.org', 'a.example.org', 443, true],
  ['*.example.org', 'a.example.org', 443, true],
  ['example.org', 'notexample.org', 443, false],
  ['example.org:8080', 'example.org', 8080, true],
  ['example.org:8080', 'example.org', 443, false],
  ['10.0.0.0/8', '10.9.9.9', 443, true],
  ['10.0.0.0/8', '11.0.0.1', 443, false],
  ['10.0.0.1', '10.0.0.1', 443, true],
  ['10.0.0.1', '10.0.0.10', 443, false],
  ['::1', '::1', 443, true],
  ['[::1]:80', '::1', 80, true],
  ['[::1]:80', '::1', 81, false],
  ['fd00::/8', 'fd12::1', 443, true],
  ['10.0.0.0/x', '10.0.0.1', 443, false],
  ['A.Example.ORG', 'a.example.org', 443, true],
  [' one.org , two.org ', 'two.org', 443, true],
  ['', 'one.org', 443, false],
])('%j excepts %s:%i: %s', (noProxy, host, port, isIn) => {
  expect(isExcepted({ host, port }, noProxy)).toBe(isIn)
})

test('entries that would except AWS, wholly or in part, are taken out, and no others', () => {
  const list =
    '*, .amazonaws.com, s3.eu-west-1.amazonaws.com:443, com, localhost, 10.0.0.0/8, amazonaws.com.example.org'
  expect(withoutDomains(list, ['amazonaws.com'])).toEqual(['localhost', '10.0.0.0/8', 'amazonaws.com.example.org'])
})
