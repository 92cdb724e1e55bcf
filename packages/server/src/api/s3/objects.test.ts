import { beforeEach, describe, expect, it } from 'vitest'
import { copyObject } from './copy-object.ts'
import { createBucket } from './create-bucket.ts'
import { deleteObject } from './delete-object.ts'
import { deleteObjects } from './delete-objects.ts'
import { getObject } from './get-object.ts'
import { getObjectTagging } from './get-object-tagging.ts'
import { headObject } from './head-object.ts'
import { listObjects } from './list-objects.ts'
import { listObjectsV2 } from './list-objects-v2.ts'
import { putObject } from './put-object.ts'
import { putObjectTagging } from './put-object-tagging.ts'
import { body, createS3Caller, type S3Caller, textOf } from './s3-caller.fixture.ts'

let s3: S3Caller
beforeEach(async () => {
  s3 = await createS3Caller()
  await s3.call(createBucket, { Bucket: 'audit' })
})
const put = (Key: string, text = 'text', more: object = {}) =>
  s3.call<'PutObject'>(putObject, { Bucket: 'audit', Key, Body: body(text), ...more })
const get = (Key: string, more: object = {}) => s3.call<'GetObject'>(getObject, { Bucket: 'audit', Key, ...more })
const at = { Bucket: 'audit', Key: 'key' }

describe('PutObject and GetObject', () => {
  it('give back body, type, headers and metadata', async () => {
    const more = { ContentType: 'text/plain', ContentEncoding: 'aws-chunked,gzip', Metadata: { Who: 'ana' } }
    expect((await put('key', 'hello', more)).output).toEqual({
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ServerSideEncryption: 'AES256',
    })
    const { output } = await get('key')
    expect(await textOf(output.Body)).toBe('hello')
    expect(output).toMatchObject({
      ContentType: 'text/plain',
      ContentEncoding: 'gzip',
      ContentLength: 5,
      Metadata: { who: 'ana' },
      LastModified: s3.clock.now,
      AcceptRanges: 'bytes',
    })
    expect((await s3.call(headObject, at)).output).toMatchObject({ ContentLength: 5, ETag: output.ETag })
  })

  it('leave nothing of a body that does not verify', async () => {
    async function* broken() {
      yield Buffer.from('half')
      throw new RangeError('chunk signature')
    }
    await expect(s3.call(putObject, { ...at, Body: broken() })).rejects.toThrow(RangeError)
    await expect(get('key')).rejects.toMatchObject({ code: 'NoSuchKey', message: 'The specified key does not exist.' })
  })

  it('keep the checksums that the signature layer has verified', async () => {
    const verified = Object.assign(body('hello'), { checksums: [{ algorithm: 'CRC32', value: 'NhCmhg==' }] })
    const { output } = await s3.call(putObject, { ...at, Body: verified })
    expect(output).toMatchObject({ ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' })
    expect((await get('key', { ChecksumMode: 'ENABLED' })).output).toMatchObject({ ChecksumCRC32: 'NhCmhg==' })
    expect((await get('key')).output).not.toHaveProperty('ChecksumCRC32')
  })

  it.each([
    ['KeyTooLongError', { Key: 'é'.repeat(513) }],
    ['MetadataTooLarge', { Key: 'key', Metadata: { a: 'x'.repeat(2048) } }],
    ['NotImplemented', { Key: 'key', ServerSideEncryption: 'aws:kms' as const }],
    ['NotImplemented', { Key: 'key', StorageClass: 'GLACIER' as const }],
    ['NotImplemented', { Key: 'key', SSECustomerAlgorithm: 'AES256' }],
    ['AccessControlListNotSupported', { Key: 'key', ACL: 'public-read' as const }],
    ['InvalidRequest', { Key: 'key', ObjectLockLegalHoldStatus: 'ON' as const }],
    ['InvalidTag', { Key: 'key', Tagging: 'a=1&a=2' }],
  ])('fail with %s', async (code, input) => {
    await expect(s3.call(putObject, { Bucket: 'audit', Body: body('x'), ...input })).rejects.toMatchObject({ code })
  })

  it('refuse what is too large, said or not, and keep nothing of it', async () => {
    const large = 'x'.repeat(6 * 1024 ** 2 + 1)
    await expect(put('key', large)).rejects.toMatchObject({ code: 'EntityTooLarge' })
    const headers = { 'content-length': `${large.length}` }
    const said = s3.call(putObject, { ...at, Body: body('x') }, { headers })
    await expect(said).rejects.toMatchObject({ code: 'EntityTooLarge' })
    await expect(get('key')).rejects.toMatchObject({ code: 'NoSuchKey' })
  })

  it('take the ACL that gives the bucket’s owner control and echo the encryption', async () => {
    const { output } = await put('key', 'x', { ACL: 'bucket-owner-full-control', ServerSideEncryption: 'AES256' })
    expect(output).toMatchObject({ ServerSideEncryption: 'AES256' })
    expect((await get('key')).output).toMatchObject({ ServerSideEncryption: 'AES256' })
  })
})

describe('conditions', () => {
  it('let a key be created once', async () => {
    await put('key', 'one', { IfNoneMatch: '*' })
    await expect(put('key', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await expect(put('other', 'two', { IfMatch: '"0"' })).rejects.toMatchObject({ code: 'NoSuchKey' })
  })

  it('answer reads as RFC 9110 says', async () => {
    const ETag = (await put('key')).output.ETag ?? ''
    const second = 1000
    const written = Math.floor(s3.clock.now / second) * second
    await expect(get('key', { IfNoneMatch: ETag })).rejects.toMatchObject({ code: 'NotModified' })
    await expect(get('key', { IfMatch: '"0"' })).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await expect(get('key', { IfModifiedSince: written })).rejects.toMatchObject({ code: 'NotModified' })
    await expect(get('key', { IfUnmodifiedSince: written - second })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    })
    await get('key', { IfMatch: ETag, IfUnmodifiedSince: written - second })
    await get('key', { IfNoneMatch: '"0"', IfModifiedSince: written })
  })
})

describe('Range', () => {
  it.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=5-99', '56789', 'bytes 5-9/10'],
    ['bytes=0-1,3-4', '0123456789', undefined],
    ['lines=0-1', '0123456789', undefined],
  ])('%s gives %s', async (Range, text, shown) => {
    await put('key', '0123456789')
    const { output } = await get('key', { Range })
    expect(await textOf(output.Body)).toBe(text)
    expect(output.ContentRange).toBe(shown)
    expect(output.ContentLength).toBe(text.length)
  })

  it('behind the end is refused', async () => {
    await put('key', '0123456789')
    await expect(get('key', { Range: 'bytes=10-' })).rejects.toMatchObject({ code: 'InvalidRange' })
  })
})

describe('listings', () => {
  const names = ['a/1', 'a/2', 'b', 'c d/é', 'z']
  beforeEach(async () => {
    for (const name of names) await put(name)
  })

  it('V2 goes on by token, with prefixes rolled up', async () => {
    const first = (await s3.call<'ListObjectsV2'>(listObjectsV2, { Bucket: 'audit', Delimiter: '/', MaxKeys: 2 }))
      .output
    expect(first).toMatchObject({ KeyCount: 2, IsTruncated: true, CommonPrefixes: [{ Prefix: 'a/' }] })
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['b'])
    const ContinuationToken = first.NextContinuationToken ?? ''
    const rest = { Bucket: 'audit', Delimiter: '/', ContinuationToken, EncodingType: 'url' as const }
    const { output } = await s3.call<'ListObjectsV2'>(listObjectsV2, rest)
    expect(output).toMatchObject({ KeyCount: 2, IsTruncated: false, CommonPrefixes: [{ Prefix: 'c+d/' }] })
    expect(output.Contents?.map(({ Key }) => Key)).toEqual(['z'])
  })

  it('V1 goes on by the last key, and says the marker only when rolled up', async () => {
    const first = (await s3.call<'ListObjects'>(listObjects, { Bucket: 'audit', MaxKeys: 2 })).output
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2'])
    expect(first.NextMarker).toBeUndefined()
    const rolled = (await s3.call<'ListObjects'>(listObjects, { Bucket: 'audit', Delimiter: '/', MaxKeys: 1 })).output
    expect(rolled.NextMarker).toBe('a/')
    const next = { Bucket: 'audit', Delimiter: '/', Marker: 'a/', MaxKeys: 1 }
    expect((await s3.call<'ListObjects'>(listObjects, next)).output.Contents?.[0]?.Key).toBe('b')
  })

  it('hold nothing for zero keys and refuse a number below', async () => {
    const { output } = await s3.call(listObjectsV2, { Bucket: 'audit', MaxKeys: 0 })
    expect(output).toMatchObject({ KeyCount: 0, IsTruncated: false })
    const below = s3.call(listObjectsV2, { Bucket: 'audit', MaxKeys: -1 })
    await expect(below).rejects.toMatchObject({ code: 'InvalidArgument' })
  })

  it('are asked for with their prefix, and name the objects they may show in the record', async () => {
    const { asked, notes } = await s3.call(listObjectsV2, { Bucket: 'audit', Prefix: 'a/', MaxKeys: 5 })
    expect(asked[0]?.context).toMatchObject({ 's3:prefix': 'a/', 's3:max-keys': '5' })
    expect(notes.resources?.[0]).toEqual({ type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::audit/' })
  })
})

describe('DeleteObject and DeleteObjects', () => {
  it('succeed whether the key is there or not', async () => {
    await put('key')
    expect((await s3.call(deleteObject, at)).output).toEqual({})
    await s3.call(deleteObject, at)
    const Objects = [{ Key: 'a' }, { Key: 'b' }]
    const { output } = await s3.call(deleteObjects, { Bucket: 'audit', Delete: { Objects } })
    expect(output).toEqual({ Deleted: Objects })
    const quiet = await s3.call(deleteObjects, { Bucket: 'audit', Delete: { Objects, Quiet: true } })
    expect(quiet.output).toEqual({})
  })
})

describe('CopyObject', () => {
  it('copies body, headers and tags, or replaces them', async () => {
    await put('key', 'hello', { ContentType: 'text/plain', Tagging: 'a=1' })
    const { asked } = await s3.call(copyObject, { Bucket: 'audit', Key: 'copy é', CopySource: 'audit/key' })
    expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
      ['s3:PutObject', 'arn:aws:s3:::audit/copy é'],
      ['s3:GetObject', 'arn:aws:s3:::audit/key'],
      ['s3:GetObjectTagging', 'arn:aws:s3:::audit/key'],
      ['s3:PutObjectTagging', 'arn:aws:s3:::audit/copy é'],
    ])
    const copy = (await get('copy é')).output
    expect(await textOf(copy.Body)).toBe('hello')
    expect(copy).toMatchObject({ ContentType: 'text/plain', TagCount: 1 })
    const replaced = { Key: 'other', CopySource: '/audit/copy%20%C3%A9', MetadataDirective: 'REPLACE' as const }
    await s3.call(copyObject, { Bucket: 'audit', ...replaced, ContentType: 'text/html' })
    expect((await get('other')).output.ContentType).toBe('text/html')
  })

  it.each([
    ['InvalidRequest', 'audit/key'],
    ['NoSuchKey', 'audit/missing'],
    ['NoSuchBucket', 'missing/key'],
    ['InvalidArgument', 'audit'],
    ['InvalidArgument', 'audit/%ff'],
  ])('fails with %s for %s', async (code, CopySource) => {
    await put('key')
    await expect(s3.call(copyObject, { ...at, CopySource })).rejects.toMatchObject({ code })
  })
})

describe('tags of objects', () => {
  it('come with the object and can be replaced', async () => {
    await put('key', 'x', { Tagging: 'a=1&b=two%20words' })
    expect((await s3.call(getObjectTagging, at)).output).toMatchObject({
      TagSet: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: 'two words' },
      ],
    })
    const TagSet = [{ Key: 'c', Value: '3' }]
    await s3.call(putObjectTagging, { ...at, Tagging: { TagSet } })
    expect((await s3.call(getObjectTagging, at)).output).toMatchObject({ TagSet })
  })
})
