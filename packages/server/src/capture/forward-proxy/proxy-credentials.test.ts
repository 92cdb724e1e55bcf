import { expect, test } from 'vitest'
import { proxyUrl, readProxyCredentials } from './proxy-credentials.ts'

const token = 'a-token_of-ours'
const read = (user: string, password = token) =>
  readProxyCredentials(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, token)

test.each([
  ['test_a.py::TestThings::test_in[a b]', 'test_a.py::TestThings::test_in[a b]'],
  ['a.spec.ts > s3: lists > ünï', 'a.spec.ts > s3: lists > ünï'],
  [encodeURIComponent('test_ü.py::test[100%]'), 'test_ü.py::test[100%]'],
  ['100%', '100%'],
  ['x'.repeat(9_000), 'x'.repeat(1_024)],
])('the user %j marks calls as %j', (user, mark) => {
  expect(read(user)).toEqual({ mark })
})

test('who marks nothing, and who does not hold the token', () => {
  expect(read('cairn')).toEqual({})
  expect(read('')).toEqual({})
  expect(read('cairn', 'another')).toBeUndefined()
  expect(read(`x:${token}`, '')).toBeUndefined()
  expect(readProxyCredentials(undefined, token)).toBeUndefined()
  expect(readProxyCredentials('Basic ::::', token)).toBeUndefined()
})

test('the address given to clients reads back', () => {
  const { username, password } = new URL(proxyUrl('127.0.0.1', 1, token, 'a::b'))
  expect(read(decodeURIComponent(username), decodeURIComponent(password))).toEqual({ mark: 'a::b' })
})
