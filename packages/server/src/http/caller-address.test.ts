import { describe, expect, test } from 'vitest'
import { createCallerAddress } from './caller-address.ts'

describe('the address of a caller', () => {
  const behindTwo = createCallerAddress(['10.0.0.0/8', '2001:db8::1'])

  test.each([
    ['of a stranger is that of the socket, whatever the stranger says', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['behind a proxy is what the proxy says', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['is not what the caller wrote in front of that', '10.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['behind several proxies is the first that is none', '2001:db8::1', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['is that of the proxy, where it says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['is that of the proxy, where it says nothing that can be read', '10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
    ['of a proxy that calls by itself is its own', '10.0.0.1', '10.0.0.7', '10.0.0.7'],
  ])('%s', (_, socket, forwardedFor, caller) => {
    expect(behindTwo(socket, forwardedFor)).toBe(caller)
  })

  test('is never taken from the header unless a proxy is trusted', () => {
    expect(createCallerAddress([])('127.0.0.1', '203.0.113.9')).toBe('127.0.0.1')
  })
})
