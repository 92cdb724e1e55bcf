import { trailBucketPolicy } from '@cairn/core/policy'
import { describe, expect, it } from 'vitest'
import type { Bucket } from './bucket.ts'
import { createDeliveryJudge } from './delivery-access.ts'

const account = '111122223333'
const trailArn = `arn:aws:cloudtrail:us-east-1:${account}:trail/main`
const access = { bucket: 'audit', account, trailArn }
const judge = createDeliveryJudge()

function verdict(policy: object | undefined, more: object = {}): string {
  const bucket: Bucket = {
    name: 'audit',
    account,
    region: 'us-east-1',
    createdAtMs: 0,
    ownership: 'BucketOwnerEnforced',
    tags: [],
    ...(policy && { policy: JSON.stringify(policy) }),
  }
  return judge.trail(bucket, { ...access, ...more })
}

describe('the policy that is printed for a bucket', () => {
  const options = { bucket: 'audit', account, partition: 'aws' }

  it('lets the account’s own trails deliver, and nobody else’s', () => {
    const policy = trailBucketPolicy(options)
    expect(verdict(policy)).toBe('allowed')
    expect(verdict(policy, { prefix: 'logs' })).toBe('denied')
    expect(verdict(policy, { account: '444455556666' })).toBe('denied')
    expect(verdict(policy, { trailArn: 'arn:aws:cloudtrail:us-east-1:444455556666:trail/main' })).toBe('denied')
  })

  it('holds to prefix and trail where they are given', () => {
    const policy = trailBucketPolicy({ ...options, prefix: 'logs', region: 'us-east-1', trailName: 'main' })
    expect(verdict(policy, { prefix: 'logs' })).toBe('allowed')
    expect(verdict(policy)).toBe('denied')
    expect(verdict(policy, { prefix: 'logs', trailArn: trailArn.replace('main', 'other') })).toBe('denied')
    expect(JSON.stringify(policy)).not.toContain('ArnLike')
  })
})

describe('a bucket that insists on encryption that is asked for', () => {
  const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/0f0e0d0c-0b0a-4908-8706-050403020100'
  const insisting = (Condition: object) => {
    const policy = trailBucketPolicy({ bucket: 'audit', account, partition: 'aws' }) as { Statement: object[] }
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::audit/*', Condition }
    return { ...policy, Statement: [...policy.Statement, deny] }
  }
  const header = 's3:x-amz-server-side-encryption'

  it('lets trails deliver, which name theirs', () => {
    const named = insisting({ Null: { [header]: 'true' } })
    expect(verdict(named)).toBe('allowed')
    expect(verdict(named, { keyArn })).toBe('allowed')
    expect(verdict(insisting({ NumericLessThan: { 's3:TlsVersion': '1.2' } }))).toBe('allowed')
  })

  it('and those only whose encryption it is', () => {
    const managed = insisting({ StringNotEquals: { [header]: 'AES256' } })
    expect([verdict(managed), verdict(managed, { keyArn })]).toEqual(['allowed', 'denied'])
    const keyed = insisting({ StringNotEquals: { [`${header}-aws-kms-key-id`]: keyArn } })
    expect([verdict(keyed), verdict(keyed, { keyArn })]).toEqual(['denied', 'allowed'])
    expect(verdict(keyed, { keyArn: keyArn.replace('0f0e', 'ffff') })).toBe('denied')
  })
})

describe('delivery', () => {
  const allow = (Action: string, Resource: string, Condition?: object) => ({
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action,
    Resource,
    ...(Condition && { Condition }),
  })
  const acl = allow('s3:GetBucketAcl', 'arn:aws:s3:::audit')
  const put = allow('s3:PutObject', `arn:aws:s3:::audit/AWSLogs/${account}/*`, {
    StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' },
  })
  const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })

  it.each([
    ['without a policy', undefined, 'denied'],
    ['with both grants', policy(acl, put), 'allowed'],
    ['without the ACL grant', policy(put), 'denied'],
    ['without the put grant', policy(acl), 'denied'],
    ['with another service', policy({ ...acl, Principal: { Service: 'config.amazonaws.com' } }, put), 'denied'],
    [
      'with another ACL demanded',
      policy(acl, allow('s3:PutObject', 'arn:aws:s3:::audit/*', { StringEquals: { 's3:x-amz-acl': 'private' } })),
      'denied',
    ],
    [
      'with the account demanded',
      policy({ ...acl, Condition: { StringEquals: { 'aws:SourceAccount': account } } }, put),
      'allowed',
    ],
    ['with a deny', policy(acl, put, { ...put, Effect: 'Deny', Condition: undefined }), 'denied'],
    [
      'with TLS demanded',
      policy(acl, put, {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: 'arn:aws:s3:::audit/*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      'allowed',
    ],
  ])('%s is judged', (_, document, expected) => {
    expect(verdict(document)).toBe(expected)
  })
})
