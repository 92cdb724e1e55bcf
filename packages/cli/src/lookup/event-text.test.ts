import { describe, expect, it } from 'vitest'
import type { Style } from '../output/output.ts'
import { eventText, longEventText, type Screen } from './event-text.ts'

const same = (text: string): string => text
const plain: Style = { bold: same, dim: same, red: same, green: same, yellow: same }
const file: Screen = { isTerminal: false, columns: 80, style: plain }
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
    expect(eventText(head, bytesOf(record), file).split(/ {2,}/)).toEqual([
      '2026-01-01T00:00:00Z',
      'ana',
      's3:DeleteBucket',
      'eu-west-1',
      '203.0.113.5',
      'AccessDenied',
      'arn:aws:s3:::logs',
    ])
  })

  describe('on a terminal', () => {
    const record = bytesOf({
      userIdentity: { type: 'IAMUser', userName: 'ana' },
      eventSource: 's3.amazonaws.com',
      eventName: 'DeleteBucket',
      sourceIPAddress: '203.0.113.5',
      errorCode: 'AccessDenied',
      resources: [{ type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${'logs'.repeat(20)}` }],
    })
    const on = (columns: number, style = plain) => eventText(head, record, { isTerminal: true, columns, style })

    it.each([20, 21, 22, 24, 25, 40, 60, 80, 99, 100, 120, 240])('never needs more than its %i columns', (columns) => {
      expect(on(columns).length).toBeLessThanOrEqual(columns)
      expect(on(columns).endsWith('…')).toBe(columns < 240)
    })

    it('that is narrow shows what went wrong before where from', () => {
      expect(on(70)).toBe('2026-01-01T00:00:00Z  ana  s3:DeleteBucket  AccessDenied  arn:aws:s3:…')
    })

    it('marks are around what is shown, also where it is cut', () => {
      const coloured: Style = { ...plain, red: (text) => `<${text}>` }
      expect(on(55, coloured)).toBe('2026-01-01T00:00:00Z  ana  s3:DeleteBucket  <AccessDeni…>')
    })
  })

  it.each([
    ['a service', { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' }, 'cloudtrail.amazonaws.com'],
    ['another account', { type: 'AWSAccount', accountId: '444455556666', principalId: 'AIDA' }, '444455556666'],
    ['the operator', { type: 'Operator', accessKeyId: 'AKIA' }, 'Operator'],
    ['nobody', {}, '-'],
  ])('says who called where nobody has a name: %s', (_what, userIdentity, shown) => {
    const text = eventText(head, bytesOf({ eventName: 'PutObject', userIdentity }), file)
    expect(text.split(/ {2,}/)[1]).toBe(shown)
  })

  it('cannot move the cursor or hide what follows', () => {
    const record = { eventName: 'A\u001b[2J\nB', userIdentity: { type: 'IAMUser', userName: '\u202eevil' } }
    for (const text of [eventText(head, bytesOf(record), file), longEventText(head, bytesOf(record), file)]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
      expect(text).not.toMatch(/[\u001b\u202e]/)
    }
    expect(eventText(head, bytesOf(record), file)).not.toContain('\n')
  })

  it('in full has a heading that is whole, and on a narrow terminal without gaps', () => {
    const record = bytesOf({ eventName: 'StartQuery', eventSource: 'cloudtrail.amazonaws.com', awsRegion: 'eu-west-1' })
    const [narrow = ''] = longEventText(head, record, { ...file, isTerminal: true, columns: 50 }).split('\n')
    expect(narrow).toContain('cloudtrail:StartQuery  eu-west-1')
    expect(narrow).toContain('account 111111111111')
    expect(narrow).not.toMatch(/…| {3}/)
  })

  it('that is no JSON is shown all the same', () => {
    expect(longEventText(head, Buffer.from('{"broken'), file)).toContain('{"broken')
  })
})
