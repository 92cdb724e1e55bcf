import { describe, expect, test } from 'vitest'
import { readTrailReference } from './trail-reference.ts'

const here = { partition: 'aws', account: '111122223333', region: 'eu-west-1' }

describe('names', () => {
  test('a bare name is a trail of the caller in the region of the call', () => {
    expect(readTrailReference('main', here)).toEqual({
      kind: 'trail',
      arn: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main',
      account: '111122223333',
      region: 'eu-west-1',
      name: 'main',
    })
  })

  test.each([
    ['a', 'Trail name too short. Minimum allowed length: 3 characters. Specified name length: 1 characters.'],
    ['', 'Trail name too short. Minimum allowed length: 3 characters. Specified name length: 0 characters.'],
    [
      'x'.repeat(129),
      'Trail name too long. Maximum allowed length: 128 characters. Specified name length: 129 characters.',
    ],
    ['-abc', 'Trail name must starts with a letter or number.'],
    ['abc-', 'Trail name must ends with a letter or number.'],
    [
      'a b',
      'Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).',
    ],
    ['../../etc', 'Trail name must starts with a letter or number.'],
    [
      'a/../b',
      'Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).',
    ],
    ['a..b', 'Trail name cannot have adjacent periods, hyphens or underscores.'],
    ['192.168.5.4', 'Trail name cannot be in IP address format.'],
  ])('%j is refused in the words of AWS', (name, message) => {
    expect(readTrailReference(name, here)).toEqual({ kind: 'bad-name', message })
  })
})

describe('ARNs', () => {
  test('an ARN names a trail of any account and region', () => {
    const arn = 'arn:aws:cloudtrail:ap-south-1:444455556666:trail/other'
    expect(readTrailReference(arn, here)).toMatchObject({
      kind: 'trail',
      account: '444455556666',
      region: 'ap-south-1',
    })
  })

  test.each([
    'arn:aws:cloudtrail:eu-west-1:111122223333:trail/',
    'arn:aws:cloudtrail:eu-west-1:1111:trail/main',
    'arn:aws-cn:cloudtrail:eu-west-1:111122223333:trail/main',
    'arn:aws:s3:::bucket',
    'arn:',
  ])('%j is no trail ARN here', (arn) => {
    expect(readTrailReference(arn, here)).toMatchObject({ kind: 'bad-arn' })
  })
})
