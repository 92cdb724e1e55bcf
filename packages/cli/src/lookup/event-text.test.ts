import { describe, expect, it } from 'vitest'
import type { Style } from '../output/output.ts'
import { eventText, longEventText } from './event-text.ts'

const same = (text: string): string => text
const plain: Style = { bold: same, dim: same, red: same, green: same, yellow: same }
const head = { account: '111111111111', region: 'eu-west-1', time: '2026-01-01T00:00:00.000Z' }
const bytesOf = (record: object): Uint8Array => Buffer.from(JSON.stringify(record))

describe('an event for people', () => {
  it('is one line: when, who, what, where from, on what, and what went wrong', () => {
    const record = {
      userIdentity: { type: 'IAMUser', userName: 'ana' },
      eventSource: 's3.amazonaws.com',
      eventName: 'DeleteBucket',
      sourceIPAddress: '203.0.113.5',
      errorCode: 'AccessDenied',
      resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' }],
    }
    expect(eventText(head, bytesOf(record), plain).split(/ {2,}/)).toEqual([
      '2026-01-01T00:00:00Z',
      'ana',
      's3:DeleteBucket',
      'eu-west-1',
      '203.0.113.5',
      'arn:aws:s3:::logs',
      'AccessDenied',
    ])
  })

  it.each([
    ['a service', { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' }, 'cloudtrail.amazonaws.com'],
    ['another account', { type: 'AWSAccount', accountId: '444455556666', principalId: 'AIDA' }, '444455556666'],
    ['the operator', { type: 'Operator', accessKeyId: 'AKIA' }, 'Operator'],
    ['nobody', {}, '-'],
  ])('says who called where nobody has a name: %s', (_what, userIdentity, shown) => {
    const text = eventText(head, bytesOf({ eventName: 'PutObject', userIdentity }), plain)
    expect(text.split(/ {2,}/)[1]).toBe(shown)
  })

  it('cannot move the cursor or hide what follows', () => {
    const record = { eventName: 'A\u001b[2J\nB', userIdentity: { type: 'IAMUser', userName: '\u202eevil' } }
    for (const text of [eventText(head, bytesOf(record), plain), longEventText(head, bytesOf(record), plain)]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
      expect(text).not.toMatch(/[\u001b\u202e]/)
    }
    expect(eventText(head, bytesOf(record), plain)).not.toContain('\n')
  })

  it('that is no JSON is shown all the same', () => {
    expect(longEventText(head, Buffer.from('{"broken'), plain)).toContain('{"broken')
  })
})
