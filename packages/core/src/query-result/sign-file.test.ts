import { describe, expect, it } from 'vitest'
import { csvLine, readResultSign, resultFolder, resultSignText, resultStringToSign } from './index.ts'

const sign = {
  region: 'us-east-1',
  files: [
    { fileName: 'result_1.csv.gz', fileHashValue: 'a'.repeat(64) },
    { fileName: 'result_2.csv.gz', fileHashValue: 'b'.repeat(64) },
  ],
  queryCompleteTime: '2026-11-23T01:02:03Z',
  hashSignature: 'c0ffee',
  publicKeyFingerprint: 'd'.repeat(32),
}

describe('a sign file', () => {
  it('reads as it was written', () => {
    expect(readResultSign(resultSignText(sign))).toEqual({
      ...sign,
      hashAlgorithm: 'SHA-256',
      signatureAlgorithm: 'SHA256withRSA',
    })
  })
  it('signs the hashes in the order of the files', () => {
    expect(resultStringToSign(sign.files)).toBe(`${'a'.repeat(64)} ${'b'.repeat(64)}`)
  })
  it.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['no file', JSON.stringify({ ...JSON.parse(resultSignText(sign)), files: [] })],
    ['a file elsewhere', resultSignText({ ...sign, files: [{ fileName: '../x', fileHashValue: 'a'.repeat(64) }] })],
    ['no hash', resultSignText({ ...sign, files: [{ fileName: 'x', fileHashValue: 'a' }] })],
    ['another algorithm', resultSignText(sign).replace('SHA-256', 'MD5')],
    ['no signature', resultSignText({ ...sign, hashSignature: 'xyz' })],
  ])('is none with %s', (_, text) => {
    expect(readResultSign(text)).toBeUndefined()
  })
})

describe('a result in a bucket', () => {
  it('lies below the day of its query', () => {
    const place = { account: '123456789012', createdAtMs: Date.UTC(2026, 10, 3, 23), queryId: 'q' }
    const folder = 'AWSLogs/123456789012/CloudTrail-Lake/Query/2026/11/03/q/'
    expect(resultFolder(place)).toBe(folder)
    expect(resultFolder({ ...place, prefix: 'a/b' })).toBe(`a/b/${folder}`)
  })
  it('quotes every value of its lines', () => {
    expect(csvLine(['a', null, 'say "no"', 'two\nlines'])).toBe('"a","","say ""no""","two\nlines"\n')
  })
})
