import { trailBucketPolicy } from '@cairn/core/policy'
import { beforeEach, describe, expect, it } from 'vitest'
import { createBucket } from './create-bucket.ts'
import { deleteBucket } from './delete-bucket.ts'
import { deleteBucketPolicy } from './delete-bucket-policy.ts'
import { deletePublicAccessBlock } from './delete-public-access-block.ts'
import { getBucketAcl } from './get-bucket-acl.ts'
import { getBucketLocation } from './get-bucket-location.ts'
import { getBucketPolicy } from './get-bucket-policy.ts'
import { getBucketPolicyStatus } from './get-bucket-policy-status.ts'
import { getBucketTagging } from './get-bucket-tagging.ts'
import { headBucket } from './head-bucket.ts'
import { listBuckets } from './list-buckets.ts'
import { putBucketAcl } from './put-bucket-acl.ts'
import { putBucketOwnershipControls } from './put-bucket-ownership-controls.ts'
import { putBucketPolicy } from './put-bucket-policy.ts'
import { putBucketTagging } from './put-bucket-tagging.ts'
import { putObject } from './put-object.ts'
import { account, body, createS3Caller, otherAccount, type S3Caller } from './s3-caller.fixture.ts'

let s3: S3Caller
beforeEach(async () => {
  s3 = await createS3Caller()
})
const constraint = (region: string) => ({ CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } })

describe('CreateBucket', () => {
  it.each([
    ['us-east-1', undefined, 'us-east-1'],
    ['us-east-1', 'eu-west-1', 'eu-west-1'],
    ['us-east-1', 'EU', 'eu-west-1'],
    ['eu-west-1', 'eu-west-1', 'eu-west-1'],
    ['my-cloud-1', 'my-cloud-1', 'my-cloud-1'],
  ])('from %s with constraint %s goes to %s', async (region, wanted, expected) => {
    await s3.call(createBucket, { Bucket: 'audit', ...(wanted && constraint(wanted)) }, { region })
    const { output } = await s3.call(headBucket, { Bucket: 'audit' })
    expect(output).toMatchObject({ BucketRegion: expected })
  })

  it.each([
    ['eu-west-1', undefined, 'IllegalLocationConstraintException', /^The unspecified location constraint is incompat/],
    ['eu-west-1', 'us-west-2', 'IllegalLocationConstraintException', /^The us-west-2 location constraint is incompat/],
    ['us-east-1', 'us-east-1', 'InvalidLocationConstraint', /^The specified location-constraint is not valid$/],
    ['us-east-1', 'nowhere', 'InvalidLocationConstraint', /^The specified location-constraint is not valid$/],
  ])('from %s with constraint %s fails with %s', async (region, wanted, code, message) => {
    const call = s3.call(createBucket, { Bucket: 'audit', ...(wanted && constraint(wanted)) }, { region })
    await expect(call).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it.each(['ab', 'A-bucket', '-a-', 'a..b', '192.168.0.1', 'xn--a', 'x'.repeat(64), '../../etc', 'a/b'])(
    'refuses the name %s',
    async (Bucket) => {
      await expect(s3.call(createBucket, { Bucket })).rejects.toMatchObject({ code: 'InvalidBucketName' })
    },
  )

  it('succeeds again only for the owner and only in us-east-1', async () => {
    await s3.call(createBucket, { Bucket: 'audit' })
    await s3.call(createBucket, { Bucket: 'audit' })
    await expect(s3.call(createBucket, { Bucket: 'audit' }, { account: otherAccount })).rejects.toMatchObject({
      code: 'BucketAlreadyExists',
    })
    const elsewhere = { region: 'eu-west-1' }
    await s3.call(createBucket, { Bucket: 'logs', ...constraint('eu-west-1') }, elsewhere)
    await expect(
      s3.call(createBucket, { Bucket: 'logs', ...constraint('eu-west-1') }, elsewhere),
    ).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou' })
  })
})

describe('ListBuckets', () => {
  it('shows the caller its own buckets, page by page', async () => {
    for (const Bucket of ['c-3', 'a-1', 'b-2']) await s3.call(createBucket, { Bucket })
    await s3.call(createBucket, { Bucket: 'other' }, { account: otherAccount })
    const first = (await s3.call<'ListBuckets'>(listBuckets, { MaxBuckets: 2 })).output
    expect(first.Buckets?.map(({ Name }) => Name)).toEqual(['a-1', 'b-2'])
    const token = first.ContinuationToken ?? ''
    const second = (await s3.call<'ListBuckets'>(listBuckets, { MaxBuckets: 2, ContinuationToken: token })).output
    expect(second.Buckets?.map(({ Name }) => Name)).toEqual(['c-3'])
    expect(second.ContinuationToken).toBeUndefined()
    const wrong = s3.call(listBuckets, { ContinuationToken: 'made up' })
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidArgument' })
  })
})

describe('DeleteBucket', () => {
  it('fails while objects are there and frees the name after', async () => {
    await s3.call(createBucket, { Bucket: 'audit' })
    await s3.call(putObject, { Bucket: 'audit', Key: 'a', Body: body('x') })
    await expect(s3.call(deleteBucket, { Bucket: 'audit' })).rejects.toMatchObject({ code: 'BucketNotEmpty' })
    await s3.buckets.objects.delete('audit', 'a')
    await s3.call(deleteBucket, { Bucket: 'audit' })
    await expect(s3.call(headBucket, { Bucket: 'audit' })).rejects.toMatchObject({ code: 'NoSuchBucket' })
    await s3.call(createBucket, { Bucket: 'audit' }, { account: otherAccount })
  })
})

describe('access', () => {
  it('asks with the owner and the policy of the bucket', async () => {
    await s3.call(createBucket, { Bucket: 'audit' })
    const policy = JSON.stringify(trailBucketPolicy({ bucket: 'audit', account, partition: 'aws' }))
    await s3.call(putBucketPolicy, { Bucket: 'audit', Policy: policy })
    const headers = { 'x-amz-acl': 'bucket-owner-full-control' }
    const { asked } = await s3.call(
      putObject,
      { Bucket: 'audit', Key: 'a/b', Body: body('x') },
      { account: otherAccount, headers },
    )
    expect(asked).toEqual([
      {
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::audit/a/b',
        resourceAccount: account,
        resourcePolicy: policy,
        context: {
          's3:resourceaccount': account,
          's3:x-amz-acl': 'bucket-owner-full-control',
          's3:ObjectCreationOperation': 'true',
        },
      },
    ])
  })

  it('refuses a bucket of another owner than the expected one', async () => {
    await s3.call(createBucket, { Bucket: 'audit' })
    const headers = { 'x-amz-expected-bucket-owner': otherAccount }
    await expect(s3.call(headBucket, { Bucket: 'audit' }, { headers })).rejects.toMatchObject({ code: 'AccessDenied' })
  })
})

describe('settings of a bucket', () => {
  beforeEach(async () => {
    await s3.call(createBucket, { Bucket: 'audit' })
  })

  it('has no location element in us-east-1', async () => {
    expect((await s3.call(getBucketLocation, { Bucket: 'audit' })).output).toEqual({})
  })

  it('gives the owner alone full control', async () => {
    const { output } = await s3.call<'GetBucketAcl'>(getBucketAcl, { Bucket: 'audit' })
    expect(output.Owner?.ID).toMatch(/^[0-9a-f]{64}$/)
    expect(output.Grants).toEqual([
      { Grantee: { Type: 'CanonicalUser', ID: output.Owner?.ID }, Permission: 'FULL_CONTROL' },
    ])
  })

  it('takes ACLs only when its ownership lets it, and never public ones', async () => {
    const put = (ACL: 'private' | 'public-read') => s3.call(putBucketAcl, { Bucket: 'audit', ACL })
    await expect(put('private')).rejects.toMatchObject({ code: 'AccessControlListNotSupported' })
    const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }]
    await s3.call(putBucketOwnershipControls, { Bucket: 'audit', OwnershipControls: { Rules } })
    await put('private')
    await expect(put('public-read')).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  it('keeps the text of its policy until it is deleted', async () => {
    const missing = { code: 'NoSuchBucketPolicy', message: 'The bucket policy does not exist' }
    await expect(s3.call(getBucketPolicy, { Bucket: 'audit' })).rejects.toMatchObject(missing)
    const Policy = `${JSON.stringify(trailBucketPolicy({ bucket: 'audit', account, partition: 'aws' }), null, 3)}\n`
    await s3.call(putBucketPolicy, { Bucket: 'audit', Policy })
    expect((await s3.call(getBucketPolicy, { Bucket: 'audit' })).output).toEqual({ Policy })
    const { output } = await s3.call(getBucketPolicyStatus, { Bucket: 'audit' })
    expect(output).toEqual({ PolicyStatus: { IsPublic: false } })
    await s3.call(deleteBucketPolicy, { Bucket: 'audit' })
    await expect(s3.call(getBucketPolicy, { Bucket: 'audit' })).rejects.toMatchObject(missing)
  })

  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::audit/*' }
  it.each([
    ['no JSON', 'hello'],
    ['another bucket', { ...statement, Resource: 'arn:aws:s3:::other/*' }],
    ['another service', { ...statement, Action: 'ec2:RunInstances' }],
    ['no principal', { ...statement, Principal: undefined }],
    ['an unknown principal', { ...statement, Principal: { AWS: 'somebody' } }],
    ['an unknown effect', { ...statement, Effect: 'Perhaps' }],
    ['more than 20 KB', { ...statement, Sid: 'x'.repeat(21_000) }],
  ])('refuses a policy with %s', async (_, one) => {
    const Policy = typeof one === 'string' ? one : JSON.stringify({ Version: '2012-10-17', Statement: [one] })
    await expect(s3.call(putBucketPolicy, { Bucket: 'audit', Policy })).rejects.toMatchObject({
      code: 'MalformedPolicy',
    })
  })

  const bucket = 'arn:aws:s3:::audit'
  const idle = 'Action does not apply to any resource(s) in statement'
  it.each([
    ['Policy has invalid action', { Action: 's3:GetObjekt' }],
    ['Policy has invalid action', { Action: ['s3:GetObject', 's3:ListObjects'] }],
    ['Policy has invalid action', { Action: 's3:Fetch*' }],
    ['Policy has invalid resource', { Resource: [`${bucket}/*`, 'arn:aws:s3:::other/*'] }],
    ['Policy has invalid resource', { Resource: 'arn:aws:s3:::AUDIT/*' }],
    ['Policy has invalid resource', { Resource: 'arn:aws:s3:::other*' }],
    [idle, { Resource: bucket }],
    [idle, { Action: 's3:ListBucket' }],
    [idle, { Action: ['s3:ListBucket', 's3:GetObject'] }],
    [idle, { Action: 's3:ListAllMyBuckets', Resource: [bucket, `${bucket}/*`] }],
    ['Invalid principal in policy', { Principal: { AWS: `arn:aws:iam::${account}:user/nobody` } }],
    ['Invalid principal in policy', { Principal: { AWS: [account, `arn:aws:iam::${account}:role/x/admin`] } }],
  ])('says "%s" of a statement with %j', async (message, change) => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] })
    const put = s3.call(putBucketPolicy, { Bucket: 'audit', Policy })
    await expect(put).rejects.toMatchObject({ code: 'MalformedPolicy', message })
  })

  it.each([
    { Action: 's3:*', Resource: bucket },
    { Action: '*' },
    { Action: 's3:get*', Resource: bucket },
    { Action: ['S3:LISTBUCKET', 's3:GetObject'], Resource: [bucket, `${bucket}/*`] },
    { Action: 's3:ListBucket', Resource: `${bucket}*` },
    { Action: ['s3:ListBucket', 's3:PutObject'], Resource: 'arn:aws:s3:::au*' },
    { Action: 's3:PutObject', Resource: 'arn:aws:s3:::a?dit/AWSLogs/*' },
    { Action: 's3:PutObject', Resource: `${bucket}/$\{aws:username}/*` },
    { Action: ['s3:ReplicateObject', 's3:BypassGovernanceRetention', 's3:ObjectOwnerOverrideToBucketOwner'] },
    { Action: undefined, NotAction: 's3:ListBucket' },
    { Action: 's3:ListBucket', Resource: undefined, NotResource: `${bucket}/AWSLogs/*` },
    { Principal: { AWS: `arn:aws:iam::${account}:user/admin` } },
    { Principal: { AWS: 'arn:aws:iam::999999999999:role/of-another-installation' } },
    { Principal: { AWS: 'AIDAJQABLZS4A3QDU576Q' } },
    {
      Principal: {
        Service: ['cloudtrail.amazonaws.com', 'delivery.logs.amazonaws.com', 'logs.eu-west-1.amazonaws.com'],
      },
    },
    { Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC' } },
    { Principal: { CanonicalUser: 'f'.repeat(64) } },
  ])('takes a statement with %j', async (change) => {
    await s3.call(deletePublicAccessBlock, { Bucket: 'audit' })
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] })
    await s3.call(putBucketPolicy, { Bucket: 'audit', Policy })
  })

  it('lets only the owner’s account write the policy', async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    const call = s3.call(putBucketPolicy, { Bucket: 'audit', Policy }, { account: otherAccount })
    await expect(call).rejects.toMatchObject({ code: 'MethodNotAllowed' })
  })

  it('keeps tags, each key once', async () => {
    await expect(s3.call(getBucketTagging, { Bucket: 'audit' })).rejects.toMatchObject({ code: 'NoSuchTagSet' })
    const TagSet = [{ Key: 'team', Value: 'security' }]
    await s3.call(putBucketTagging, { Bucket: 'audit', Tagging: { TagSet } })
    expect((await s3.call(getBucketTagging, { Bucket: 'audit' })).output).toEqual({ TagSet })
    const twice = s3.call(putBucketTagging, { Bucket: 'audit', Tagging: { TagSet: [...TagSet, ...TagSet] } })
    await expect(twice).rejects.toMatchObject({ code: 'InvalidTag' })
  })
})
