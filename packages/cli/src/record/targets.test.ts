import { expect, test } from 'vitest'
import { parseDomains, parseNetworks, parseResolve } from './targets.ts'

test('hosts are read with the address they are at', () => {
  const read = parseResolve(['STS.amazonaws.com=127.0.0.1:5000', '*.amazonaws.com=http://[::1]:7', '*=stand-in'])
  expect(Object.fromEntries(read)).toEqual({
    'sts.amazonaws.com': '127.0.0.1:5000',
    '*.amazonaws.com': 'http://[::1]:7',
    '*': 'stand-in',
  })
})

test('domains are read without what people put in front of them', () => {
  expect(parseDomains(['S3.Example.org', '*.example.org', '.example.net'])).toEqual([
    's3.example.org',
    'example.org',
    'example.net',
  ])
})

test.each([
  ['--resolve', () => parseResolve(['x'])],
  ['--resolve', () => parseResolve(['=127.0.0.1'])],
  ['--resolve', () => parseResolve(['a=ftp://b'])],
  ['--resolve', () => parseResolve(['a=b:port'])],
  ['--allow-target', () => parseNetworks(['10.0.0.0/33'])],
  ['--allow-target', () => parseNetworks(['home'])],
  ['--intercept', () => parseDomains(['com'])],
  ['--intercept', () => parseDomains(['a b.c'])],
])('what %s cannot mean is refused by its name (%#)', (option, read) => {
  expect(read).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining(option) }))
})
