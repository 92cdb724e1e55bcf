import { beforeEach, describe, expect, it } from 'vitest'
import type { Operation } from '../operation.ts'
import { createBucket } from './create-bucket.ts'
import { deleteObjects } from './delete-objects.ts'
import { listObjectsV2 } from './list-objects-v2.ts'
import { putBucketPolicy } from './put-bucket-policy.ts'
import { putBucketTagging } from './put-bucket-tagging.ts'
import { putObject } from './put-object.ts'
import { account, body, createS3Caller, type S3Caller } from './s3-caller.fixture.ts'

let s3: S3Caller
const headers = { host: 'audit.s3.amazonaws.com', authorization: 'AWS4-HMAC-SHA256 …', 'content-length': '139' }
beforeEach(async () => {
  s3 = await createS3Caller()
  await s3.call(createBucket, { Bucket: 'audit' })
})
async function shown(operation: Operation, input: object) {
  return (await s3.call(operation, input as never, { headers })).notes
}
const addressed = { bucketName: 'audit', Host: 'audit.s3.amazonaws.com' }

describe('the record of an S3 call', () => {
  it('shows the headers by their names', async () => {
    expect(await shown(createBucket, { Bucket: 'audit', ACL: 'private' })).toMatchObject({
      requestParameters: { ...addressed, 'x-amz-acl': 'private' },
      responseElements: null,
    })
  })

  it('shows a policy as the document it is', async () => {
    const statement = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::audit/*' }
    const policy = { Version: '2012-10-17', Statement: [statement] }
    const notes = await shown(putBucketPolicy, { Bucket: 'audit', Policy: JSON.stringify(policy) })
    expect(notes.requestParameters).toEqual({ ...addressed, policy: '', bucketPolicy: policy })
    expect(notes.resources).toEqual([{ accountId: account, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::audit' }])
  })

  it('shows an XML body as its tree, one element bare and several as a list', async () => {
    const tag = (Key: string) => ({ Key, Value: 'v' })
    const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/'
    const tagging = async (...keys: string[]) =>
      (await shown(putBucketTagging, { Bucket: 'audit', Tagging: { TagSet: keys.map(tag) } })).requestParameters
    expect(await tagging('a')).toEqual({ ...addressed, tagging: '', Tagging: { xmlns, TagSet: { Tag: tag('a') } } })
    expect(await tagging('a', 'b')).toMatchObject({ Tagging: { TagSet: { Tag: [tag('a'), tag('b')] } } })
  })

  it('shows query parameters as text', async () => {
    const notes = await shown(listObjectsV2, { Bucket: 'audit', Prefix: 'a/', MaxKeys: 5 })
    expect(notes.requestParameters).toEqual({ ...addressed, 'list-type': '2', prefix: 'a/', 'max-keys': '5' })
  })

  it('shows neither bodies nor checksums nor customers’ keys', async () => {
    const input = { Bucket: 'audit', Key: 'a', Body: body('secret'), ChecksumCRC32: 'AAAAAA==', ContentMD5: 'x' }
    const notes = await shown(putObject, { ...input, Metadata: { who: 'ana' } })
    expect(notes.requestParameters).toEqual({ ...addressed, key: 'a' })
    const deleted = await shown(deleteObjects, { Bucket: 'audit', Delete: { Objects: [{ Key: 'a' }] } })
    expect(deleted.requestParameters).toEqual({ ...addressed, delete: '' })
  })
})
