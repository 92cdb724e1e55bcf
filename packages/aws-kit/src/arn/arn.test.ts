import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountOf, formatArn, isAccountId, isArn, parseArn, partitionOf, splitResource } from './index.ts'

describe('parseArn', () => {
  it('takes a trail apart', () => {
    expect(parseArn('arn:aws:cloudtrail:eu-west-1:123456789012:trail/main')).toEqual({
      partition: 'aws',
      service: 'cloudtrail',
      region: 'eu-west-1',
      account: '123456789012',
      resource: 'trail/main',
    })
  })

  it('leaves region and account empty where there are none', () => {
    const arn = parseArn('arn:aws:s3:::logs/AWSLogs/a b:c')
    expect(arn).toMatchObject({ region: '', account: '', resource: 'logs/AWSLogs/a b:c' })
    expect(arn && accountOf(arn)).toBeUndefined()
  })

  it('takes policies that AWS owns', () => {
    expect(parseArn('arn:aws:iam::aws:policy/ReadOnlyAccess')).toMatchObject({ account: 'aws' })
  })

  it.each([
    '',
    'main',
    'arn:aws:s3',
    'arn:aws:s3:::',
    'arn:azure:s3:::logs',
    'arn:aws:cloudtrail:eu-west-1:12345:trail/main',
    'arn:aws:s3:::logs\n',
    ` arn:aws:s3:::logs`,
    `arn:aws:s3:::${'k'.repeat(5000)}`,
  ])('refuses %j', (text) => {
    expect(isArn(text)).toBe(false)
  })

  it('gives back the parts of what was formatted', () => {
    const part = fc.stringMatching(/^[a-z0-9-]{1,20}$/)
    const arn = fc.record({
      partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
      service: part,
      region: fc.oneof(fc.constant(''), part),
      account: fc.constantFrom('', '123456789012', '000000000000', 'aws'),
      resource: fc.stringMatching(/^[\w/:+=,.@ -]{1,60}$/),
    })
    fc.assert(
      fc.property(arn, (each) => {
        expect(parseArn(formatArn(each))).toEqual(each)
      }),
    )
  })

  it('answers hostile text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseArn(`arn:${text}`)?.resource).not.toBe('')
      }),
    )
  })
})

describe('splitResource', () => {
  it('splits at the first separator only', () => {
    expect(splitResource('assumed-role/admin/session')).toEqual({ type: 'assumed-role', name: 'admin/session' })
    expect(splitResource('log-group:audit:*')).toEqual({ type: 'log-group', name: 'audit:*' })
    expect(splitResource('logs')).toBeUndefined()
  })
})

describe('partitionOf', () => {
  it('knows the partitions by their regions', () => {
    expect(['eu-west-1', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1'].map(partitionOf)).toEqual([
      'aws',
      'aws-cn',
      'aws-us-gov',
      'aws-iso',
      'aws-iso-b',
    ])
  })
})

describe('isAccountId', () => {
  it('wants exactly twelve digits', () => {
    expect(['123456789012', '12345678901', '1234567890123', '12345678901a', ''].map(isAccountId)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
