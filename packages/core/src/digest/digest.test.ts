import { describe, expect, test } from 'vitest'
import type { Digest } from './digest.ts'
import { digestKey, parseDigestName } from './digest-key.ts'
import { digestText, stringToSign } from './digest-text.ts'
import { parseLogFileName } from './log-file-name.ts'
import { readDigest } from './read-digest.ts'

const chain = {
  account: '111122223333',
  region: 'ap-south-1',
  trailName: 'main_of.us-east-1',
  homeRegion: 'eu-west-1',
  kind: 'standard' as const,
}
const endMs = Date.parse('2025-03-01T11:17:31Z')
const window = { startMs: endMs - 3_600_000, endMs }
const folder = 'AWSLogs/111122223333/CloudTrail-Digest/ap-south-1/2025/03/01/'
const name = '111122223333_CloudTrail-Digest_ap-south-1_main_of.us-east-1_eu-west-1_20250301T111731Z'

describe('the key of a digest', () => {
  test('lies in the folder of the source region and of the day in which the window ends', () => {
    expect(digestKey(chain, endMs)).toBe(`${folder}${name}.json.gz`)
    expect(digestKey({ ...chain, prefix: 'a/b', organization: 'o-1234567890' }, endMs)).toBe(
      `a/b/${folder.replace('AWSLogs/', 'AWSLogs/o-1234567890/')}${name}.json.gz`,
    )
  })

  test('of a backfill digest has an ending of its own', () => {
    expect(digestKey({ ...chain, kind: 'backfill' }, endMs)).toBe(`${folder}${name}_backfill.json.gz`)
  })

  test('is cut by aws-cli by position', () => {
    expect(digestKey(chain, endMs).slice(-24, -8)).toBe('20250301T111731Z')
    expect(digestKey({ ...chain, kind: 'backfill' }, endMs).slice(-33, -17)).toBe('20250301T111731Z')
  })

  test.each(['standard', 'backfill'] as const)('of a %s digest tells everything that went into it', (kind) => {
    const { account, region, trailName, homeRegion } = chain
    const key = digestKey({ ...chain, kind }, endMs)
    expect(parseDigestName(key.slice(folder.length))).toEqual({ account, region, trailName, homeRegion, kind, endMs })
  })

  test.each(['x.json.gz', `${name}.json`, `${name.replace('0301T', '0231T')}.json.gz`])('is not %s', (other) => {
    expect(parseDigestName(other)).toBeUndefined()
  })
})

test.each(['CloudTrail', 'CloudTrail-Insight', 'CloudTrail-NetworkActivity', 'CloudTrail-Aggregated'])(
  'a log file of kind %s is known by its name',
  (kind) => {
    const file = `111122223333_${kind}_us-east-1_20250301T1020Z_AbCdEfGhIjKlMnOp.json.gz`
    const stampMs = Date.parse('2025-03-01T10:20:00Z')
    expect(parseLogFileName(file)).toEqual({ account: '111122223333', region: 'us-east-1', stampMs })
    expect(parseDigestName(file)).toBeUndefined()
    expect(parseLogFileName(`${name}.json.gz`)).toBeUndefined()
  },
)

const digest: Digest = {
  chain,
  window,
  bucket: 'logs',
  fingerprint: 'f'.repeat(32),
  previous: { bucket: 'old', key: 'k', sha256: 'a'.repeat(64), signature: 'b'.repeat(512) },
  files: [
    { bucket: 'logs', key: 'one', sha256: '1'.repeat(64), newestEventMs: endMs - 9_000, oldestEventMs: endMs - 80_000 },
    { bucket: 'logs', key: 'two', sha256: '2'.repeat(64), newestEventMs: endMs - 5_000, oldestEventMs: endMs - 70_000 },
  ],
}

describe('the text of a digest', () => {
  test('has the documented members in the documented order', () => {
    expect(Object.keys(JSON.parse(digestText(digest)))).toEqual([
      'awsAccountId',
      'digestStartTime',
      'digestEndTime',
      'digestS3Bucket',
      'digestS3Object',
      'digestPublicKeyFingerprint',
      'digestSignatureAlgorithm',
      'newestEventTime',
      'oldestEventTime',
      'previousDigestS3Bucket',
      'previousDigestS3Object',
      'previousDigestHashValue',
      'previousDigestHashAlgorithm',
      'previousDigestSignature',
      'logFiles',
    ])
    expect(JSON.parse(digestText(digest))).toMatchObject({
      newestEventTime: '2025-03-01T11:17:26Z',
      oldestEventTime: '2025-03-01T11:16:11Z',
      previousDigestHashAlgorithm: 'SHA-256',
    })
  })

  test('of the first digest names no predecessor, with every member there', () => {
    const { previous: _, ...first } = digest
    const { newestEventTime, ...members } = JSON.parse(digestText({ ...first, files: [] }))
    expect(newestEventTime).toBeNull()
    const named = Object.entries(members).filter(([member]) => member.startsWith('previous'))
    expect(named.map(([, value]) => value)).toEqual([null, null, null, null, null])
  })

  test('is read back as it was written', () => {
    const found = readDigest(digestText(digest))
    const { previous, files, bucket, fingerprint } = digest
    const key = digestKey(chain, endMs)
    const endTime = '2025-03-01T11:17:31Z'
    expect(found).toEqual({ account: chain.account, window, endTime, bucket, key, fingerprint, previous, files })
  })

  test.each([
    '',
    '[]',
    '{}',
    'null',
    digestText(digest).slice(0, -1),
    digestText(digest).replace('"logFiles":[', '"logFiles":[1,'),
    digestText(digest).replace('previousDigestSignature', 'previousDigestsignature'),
  ])('with damage is told as such: %#', (text) => {
    expect(readDigest(text)).toEqual({ problem: expect.any(String) })
  })
})

test('four lines are signed, without a line end behind the last', () => {
  const signed = { endTime: 'T', bucket: 'b', key: 'k', sha256: 'h' }
  expect(stringToSign({ ...signed, previousSignature: 's' })).toBe('T\nb/k\nh\ns')
  expect(stringToSign({ ...signed, previousSignature: undefined })).toBe('T\nb/k\nh\nnull')
})
