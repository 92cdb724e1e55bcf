import { expect, test } from 'vitest'
import { steady, steadyParameters } from './volatile.ts'

test.each([
  ['a/8b1a9953-c461-4d2c-9c5b-1c2b6d3e4f50.txt', 'a/<uuid>.txt'],
  ['arn:aws:iam::111122223333:role/etl', 'arn:aws:iam::<account>:role/etl'],
  ['2026-02-03T04:05:06.789Z', '<time>'],
  ['backup-1770091506', 'backup-<time>'],
  ['backup-1770091506123', 'backup-<time>'],
  ['i-0123456789abcdef0', 'i-<id>'],
  ['sg-0a1b2c3d', 'sg-<id>'],
  ['test-bucket-4f9c21ab', 'test-bucket-<hex>'],
  ['AKIAIOSFODNN7EXAMPLE', '<key>'],
  ['http://localhost:41234/q', 'http://localhost:<port>/q'],
  ['data', 'data'],
  ['year-2026', 'year-2026'],
  ['deadbeef', 'deadbeef'],
])('%s stands as %s', (text, expected) => {
  expect(steady(text)).toBe(expected)
})

test('members that only carry tokens stand by their kind, those of the way it was sent not at all', () => {
  const parameters = {
    bucketName: 'data',
    Host: 'data.s3.eu-west-1.amazonaws.com',
    clientToken: 'x',
    'x-amz-checksum-crc32': 'AAAA',
    expires: 1_770_091_506,
    maxKeys: 1000,
    tags: [{ b: 1, a: 'k' }],
  }
  const expected = {
    bucketName: 'data',
    clientToken: '<token>',
    expires: '<time>',
    maxKeys: 1000,
    tags: [{ a: 'k', b: 1 }],
    'x-amz-checksum-crc32': '<token>',
  }
  expect(JSON.stringify(steadyParameters(parameters))).toBe(JSON.stringify(expected))
  expect(steadyParameters({ Host: 'x' })).toBeUndefined()
})
