import { signRequest } from '@cairn/aws-kit/sigv4'
import { expect, test } from 'vitest'
import { keptCredentials } from './kept-credentials.ts'

test('rotated credentials are used within seconds, and calls in between read nothing', async () => {
  let nowMs = 1_000_000
  let reads = 0
  const read = async () => {
    reads += 1
    return { accessKeyId: `key-${reads}`, secretAccessKey: 's' }
  }
  const credentials = keptCredentials(read, { nowMs: () => nowMs })
  await credentials()
  nowMs += 4_000
  expect((await credentials()).credentials.accessKeyId).toBe('key-1')
  nowMs += 2_000
  expect((await credentials()).credentials.accessKeyId).toBe('key-2')
  nowMs -= 3_600_000
  expect((await credentials()).credentials.accessKeyId).toBe('key-3')
})

test('credentials that could not be read are looked for again with the next call', async () => {
  let isThere = false
  const read = async () => {
    if (!isThere) throw new RangeError('not there')
    return { accessKeyId: 'key', secretAccessKey: 's' }
  }
  const credentials = keptCredentials(read, { nowMs: () => 0 })
  await expect(credentials()).rejects.toThrow('not there')
  isThere = true
  expect((await credentials()).credentials.accessKeyId).toBe('key')
})

test('a secret that was replaced under the same key id signs as itself', async () => {
  let nowMs = 1_000_000
  let secretAccessKey = 'wrong'
  const kept = keptCredentials(async () => ({ accessKeyId: 'key', secretAccessKey }), { nowMs: () => nowMs })
  const request = { method: 'GET', path: '/', headers: { host: 'a' }, service: 's3', region: 'eu-west-1', nowMs: 0 }
  const signature = async () => signRequest({ ...request, ...(await kept()) }).signature
  const before = await signature()
  expect(await signature()).toBe(before)
  secretAccessKey = 'right'
  nowMs += 6_000
  const after = await signature()
  expect(after).toBe(signRequest({ ...request, credentials: { accessKeyId: 'key', secretAccessKey } }).signature)
  expect(after).not.toBe(before)
})
