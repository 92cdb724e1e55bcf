import { beforeEach, describe, expect, it } from 'vitest'
import type { KmsKey } from '../../kms/index.ts'
import { completeMultipartUpload } from './complete-multipart-upload.ts'
import { copyObject } from './copy-object.ts'
import { createBucket } from './create-bucket.ts'
import { createMultipartUpload } from './create-multipart-upload.ts'
import { deleteBucketEncryption } from './delete-bucket-encryption.ts'
import { getBucketEncryption } from './get-bucket-encryption.ts'
import { getObject } from './get-object.ts'
import { headObject } from './head-object.ts'
import { putBucketEncryption } from './put-bucket-encryption.ts'
import { putObject } from './put-object.ts'
import { account, body, createS3Caller, type S3Caller, textOf } from './s3-caller.fixture.ts'
import { uploadPart } from './upload-part.ts'
import { uploadPartCopy } from './upload-part-copy.ts'

/** What of an object lies on the disk, and who may read it. */

const cause = { intentId: undefined }
const at = { Bucket: 'audit', Key: 'key' }
let s3: S3Caller
let key: KmsKey

beforeEach(async () => {
  s3 = await createS3Caller()
  await s3.call<'CreateBucket'>(createBucket, { Bucket: 'audit' })
  const place = { account, region: 'us-east-1' }
  key = await s3.kms.create(cause, { ...place, description: '', policy: () => '{}', tags: [] })
})

const underKey = () => ({ ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: key.arn })
const useByDefault = (BucketKeyEnabled = false) => {
  const wanted = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: key.id }
  const Rules = [{ ApplyServerSideEncryptionByDefault: wanted, BucketKeyEnabled }]
  return s3.call<'PutBucketEncryption'>(putBucketEncryption, {
    Bucket: 'audit',
    ServerSideEncryptionConfiguration: { Rules },
  })
}
const get = (Key = 'key', more = {}) => s3.call<'GetObject'>(getObject, { Bucket: 'audit', Key, ...more })
const onDisk = async (Key = 'key') => textOf((await s3.buckets.objects.open('audit', Key))?.read())

async function keyRecords() {
  const frames = await s3.log.read(s3.log.bounds().first, 1 << 20)
  return frames.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))
}

describe('an object under a KMS key', () => {
  it('is put and read by those who may use the key, and lies on the disk encrypted', async () => {
    const { output, asked } = await s3.call<'PutObject'>(putObject, { ...at, Body: body('secret'), ...underKey() })
    expect(output).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn })
    expect(asked.map(({ action }) => action)).toEqual(['s3:PutObject', 'kms:GenerateDataKey'])
    expect(await onDisk()).not.toContain('secret')
    const read = await get()
    expect(await textOf(read.output.Body)).toBe('secret')
    expect(read.output).toMatchObject({ ContentLength: 6, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn })
    expect(read.asked).toMatchObject([
      { action: 's3:GetObject' },
      {
        action: 'kms:Decrypt',
        resource: key.arn,
        resourcePolicyKind: 'key',
        context: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::audit/key' },
      },
    ])
    expect(await textOf((await get('key', { Range: 'bytes=2-3' })).output.Body)).toBe('cr')
  })

  it('leaves a record of each use of the key, as the caller’s', async () => {
    await s3.call<'PutObject'>(putObject, { ...at, Body: body('secret'), ...underKey() })
    await get()
    expect(await keyRecords()).toMatchObject([
      {
        eventName: 'GenerateDataKey',
        userIdentity: { type: 'Root', invokedBy: 'AWS Internal' },
        sourceIPAddress: 'AWS Internal',
        requestParameters: { encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::audit/key' }, keyId: key.arn },
      },
      { eventName: 'Decrypt', resources: [{ ARN: key.arn }] },
    ])
  })

  it('is described without the key, unless its checksum is asked for', async () => {
    await s3.call<'PutObject'>(putObject, { ...at, Body: body('secret'), ...underKey() })
    const plain = await s3.call<'HeadObject'>(headObject, at)
    expect(plain.asked).toHaveLength(1)
    expect(plain.output).toMatchObject({ ServerSideEncryption: 'aws:kms', ContentLength: 6 })
    expect((await s3.call<'HeadObject'>(headObject, { ...at, ChecksumMode: 'ENABLED' })).asked).toHaveLength(2)
  })

  it.each([
    ['disabled', 'KMS.DisabledException'],
    ['pending-deletion', 'KMS.KMSInvalidStateException'],
  ] as const)('is not read while its key is %s', async (kind, code) => {
    await s3.call<'PutObject'>(putObject, { ...at, Body: body('secret'), ...underKey() })
    const state: KmsKey['state'] =
      kind === 'disabled' ? { kind } : { kind, deletesAtMs: s3.clock.now + 1e9, windowDays: 7 }
    await s3.kms.edit(cause, key, (one) => ({ ...one, state }))
    await expect(get()).rejects.toMatchObject({ code })
    await expect(s3.call<'PutObject'>(putObject, { ...at, Body: body('x'), ...underKey() })).rejects.toMatchObject({
      code,
    })
  })

  it('takes the client’s encryption context along, and no other', async () => {
    const context = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64')
    const SSEKMSEncryptionContext = context({ app: 'audit' })
    const put = (more: object) => s3.call<'PutObject'>(putObject, { ...at, Body: body('x'), ...underKey(), ...more })
    await put({ SSEKMSEncryptionContext })
    expect((await get()).asked[1]?.context).toMatchObject({ 'kms:EncryptionContext:app': 'audit' })
    for (const bad of ['no base64 of json', context({ n: 1 }), context({ 'aws:s3:arn': 'arn:aws:s3:::other/key' })]) {
      await expect(put({ SSEKMSEncryptionContext: bad })).rejects.toMatchObject({ code: 'InvalidArgument' })
    }
  })

  it.each([
    ['KMS.NotFoundException', { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: 'alias/none' }],
    ['InvalidArgument', { SSEKMSKeyId: 'alias/none' }],
    ['NotImplemented', { ServerSideEncryption: 'aws:kms:dsse' as const }],
  ])('%s for %j', async (code, more) => {
    await expect(s3.call<'PutObject'>(putObject, { ...at, Body: body('x'), ...more })).rejects.toMatchObject({ code })
  })
})

describe('copies', () => {
  it('are decrypted with the source’s key and encrypted as they say themselves', async () => {
    await s3.call<'PutObject'>(putObject, { ...at, Body: body('secret'), ...underKey() })
    const copied = await s3.call<'CopyObject'>(copyObject, { Bucket: 'audit', Key: 'copy', CopySource: 'audit/key' })
    expect(copied.asked.map(({ action }) => action)).toEqual(['s3:PutObject', 's3:GetObject', 'kms:Decrypt'])
    expect(await onDisk('copy')).toBe('secret')
    expect((await get('copy')).output).toMatchObject({ ServerSideEncryption: 'AES256' })
    await s3.call<'CopyObject'>(copyObject, { Bucket: 'audit', Key: 'again', CopySource: 'audit/copy', ...underKey() })
    expect(await onDisk('again')).not.toContain('secret')
    expect(await textOf((await get('again')).output.Body)).toBe('secret')
  })
})

describe('objects in parts', () => {
  it('are encrypted part by part and as a whole', async () => {
    const { UploadId = '' } = (await s3.call<'CreateMultipartUpload'>(createMultipartUpload, { ...at, ...underKey() }))
      .output
    const part = { ...at, UploadId }
    const big = 'a'.repeat(5 * 1024 ** 2)
    const one = await s3.call<'UploadPart'>(uploadPart, { ...part, PartNumber: 1, Body: body(big) })
    expect(one.asked.map(({ action }) => action)).toEqual(['s3:PutObject', 'kms:Decrypt'])
    expect(one.output).toMatchObject({ SSEKMSKeyId: key.arn })
    await s3.call<'PutObject'>(putObject, { Bucket: 'audit', Key: 'source', Body: body('the end'), ...underKey() })
    const two = await s3.call<'UploadPartCopy'>(uploadPartCopy, { ...part, PartNumber: 2, CopySource: 'audit/source' })
    const Parts = [
      { PartNumber: 1, ETag: one.output.ETag },
      { PartNumber: 2, ETag: two.output.CopyPartResult?.ETag },
    ]
    await s3.call<'CompleteMultipartUpload'>(completeMultipartUpload, { ...part, MultipartUpload: { Parts } })
    expect(await onDisk()).not.toContain('the end')
    expect(await textOf((await get()).output.Body)).toBe(`${big}the end`)
  })
})

describe('the encryption of a bucket', () => {
  it('is S3’s own until a key is set, and again when it is taken away', async () => {
    const rules = async () =>
      (await s3.call<'GetBucketEncryption'>(getBucketEncryption, { Bucket: 'audit' })).output
        .ServerSideEncryptionConfiguration?.Rules
    const own = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }]
    expect(await rules()).toEqual(own)
    await useByDefault()
    expect(await rules()).toMatchObject([{ ApplyServerSideEncryptionByDefault: { KMSMasterKeyID: key.id } }])
    await s3.call<'DeleteBucketEncryption'>(deleteBucketEncryption, { Bucket: 'audit' })
    expect(await rules()).toEqual(own)
  })

  it('holds for writes that say nothing, and for no others', async () => {
    await useByDefault()
    expect((await s3.call<'PutObject'>(putObject, { ...at, Body: body('secret') })).output).toMatchObject({
      SSEKMSKeyId: key.arn,
    })
    expect(await onDisk()).not.toContain('secret')
    await s3.call<'PutObject'>(putObject, { ...at, Body: body('open'), ServerSideEncryption: 'AES256' })
    expect(await onDisk()).toBe('open')
  })

  it('with a bucket key binds data keys to the bucket', async () => {
    await useByDefault(true)
    const { asked, output } = await s3.call<'PutObject'>(putObject, { ...at, Body: body('secret') })
    expect(output).toMatchObject({ BucketKeyEnabled: true })
    expect(asked[1]?.context).toMatchObject({ 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::audit' })
    expect(await textOf((await get()).output.Body)).toBe('secret')
  })

  it.each([
    ['MalformedXML', []],
    ['MalformedXML', [{}]],
    ['InvalidArgument', [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', KMSMasterKeyID: 'x' } }]],
    ['NotImplemented', [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }]],
  ])('%s for %j', async (code, Rules) => {
    const input = { Bucket: 'audit', ServerSideEncryptionConfiguration: { Rules: Rules as never } }
    await expect(s3.call<'PutBucketEncryption'>(putBucketEncryption, input)).rejects.toMatchObject({ code })
  })
})
