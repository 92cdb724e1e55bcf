import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  BucketAlreadyExists,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchBucket,
  NoSuchKey,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { type Server, startServer } from '@cairn/server'
import { configFrom } from '@cairn/server/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** The official SDK against a running server, with two accounts. */

const owner = '123456789012'
const stranger = '444455556666'
let directory: string
let server: Server | undefined
let keys: Map<string, { accessKeyId: string; secretAccessKey: string }>

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cairn-s3-'))
  const { config } = await configFrom({ port: '0', dataDir: join(directory, 'data'), accounts: stranger }, directory)
  server = await startServer(config)
  const { accounts } = JSON.parse(await readFile(join(directory, 'data', 'credentials.json'), 'utf8'))
  keys = new Map(accounts.map((one: { account: string; admin: never }) => [one.account, one.admin]))
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const options = (account: string) => ({
  region: 'us-east-1',
  endpoint: server?.endpoint ?? '',
  credentials: keys.get(account) ?? { accessKeyId: '', secretAccessKey: '' },
  maxAttempts: 1,
})
const s3 = (account = owner) => new S3Client({ ...options(account), forcePathStyle: true })
let made = 0
async function newBucket(settings: object = {}): Promise<string> {
  made += 1
  const Bucket = `wire-${made}`
  await s3().send(new CreateBucketCommand({ Bucket, ...settings }))
  return Bucket
}

describe('buckets', () => {
  it('are created once over all accounts, and found by their region', async () => {
    const Bucket = await newBucket()
    await expect(s3(stranger).send(new CreateBucketCommand({ Bucket }))).rejects.toBeInstanceOf(BucketAlreadyExists)
    expect(await s3().send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: 'us-east-1' })
    expect((await s3().send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeFalsy()
    expect((await s3().send(new GetBucketAclCommand({ Bucket }))).Grants).toHaveLength(1)
    const missing = s3().send(new ListObjectsV2Command({ Bucket: 'wire-missing' }))
    await expect(missing).rejects.toBeInstanceOf(NoSuchBucket)
  })

  it('are open to another account only when both sides allow it', async () => {
    const Bucket = await newBucket()
    const get = () => s3(stranger).send(new GetObjectCommand({ Bucket, Key: 'shared/a' }))
    await s3().send(new PutObjectCommand({ Bucket, Key: 'shared/a', Body: 'text' }))
    await expect(get()).rejects.toMatchObject({ name: 'AccessDenied' })
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${stranger}:root` },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/shared/*`,
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    const { $metadata } = await s3().send(new PutBucketPolicyCommand({ Bucket, Policy }))
    expect($metadata.httpStatusCode).toBe(204)
    expect((await s3().send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy)
    expect(await (await get()).Body?.transformToString()).toBe('text')
    const put = s3(stranger).send(new PutObjectCommand({ Bucket, Key: 'shared/a', Body: 'mine now' }))
    await expect(put).rejects.toMatchObject({ name: 'AccessDenied' })

    const iam = new IAMClient(options(stranger))
    await iam.send(new CreateUserCommand({ UserName: 'reader' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }))
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
    const reader = new S3Client({ ...options(stranger), forcePathStyle: true, credentials })
    const read = () => reader.send(new GetObjectCommand({ Bucket, Key: 'shared/a' }))
    await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' })
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    await iam.send(new AttachUserPolicyCommand({ UserName: 'reader', PolicyArn }))
    expect(await (await read()).Body?.transformToString()).toBe('text')
  })
})

describe('objects', () => {
  it('keep body, metadata and checksum over the wire, whatever the key', async () => {
    const Bucket = await newBucket()
    for (const Key of ['plain', 'a b+c/é%2F&<>"\'', '日本/🙂', 'a//b/', "it's (~) * !"]) {
      const Body = `body of ${Key}`
      await s3().send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/plain', Metadata: { who: 'ana' } }))
      const read = await s3().send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
      expect(await read.Body?.transformToString()).toBe(Body)
      expect(read).toMatchObject({ ContentType: 'text/plain', Metadata: { who: 'ana' } })
      expect(read.ChecksumCRC32).toBeTruthy()
      const listed = await s3().send(new ListObjectsV2Command({ Bucket, Prefix: Key }))
      expect(listed.Contents?.map((one) => one.Key)).toEqual([Key])
    }
    const Objects = [{ Key: 'plain' }, { Key: '日本/🙂' }]
    const { Deleted } = await s3().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(Deleted).toEqual(Objects)
  })

  it('are not seen when the checksum is not that of the body', async () => {
    const Bucket = await newBucket()
    const put = s3().send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'text', ChecksumCRC32: 'AAAAAA==' }))
    await expect(put).rejects.toMatchObject({ name: 'BadDigest' })
    await expect(s3().send(new GetObjectCommand({ Bucket, Key: 'key' }))).rejects.toBeInstanceOf(NoSuchKey)
  })

  it('answer ranges with 206 and what the reader has with 304', async () => {
    const Bucket = await newBucket()
    const { ETag } = await s3().send(new PutObjectCommand({ Bucket, Key: 'key', Body: '0123456789' }))
    const part = await s3().send(new GetObjectCommand({ Bucket, Key: 'key', Range: 'bytes=2-4' }))
    expect(part.$metadata.httpStatusCode).toBe(206)
    expect(await part.Body?.transformToString()).toBe('234')
    const again = s3().send(new GetObjectCommand({ Bucket, Key: 'key', IfNoneMatch: ETag }))
    await expect(again).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } })
  })

  it('arrive in parts', async () => {
    const at = { Bucket: await newBucket(), Key: 'large' }
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand(at))
    const bodies = [Buffer.alloc(5 * 1024 ** 2, 'x'), Buffer.from('end')]
    const Parts: { PartNumber: number; ETag: string | undefined }[] = []
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1
      const { ETag } = await s3().send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }))
      Parts.push({ PartNumber, ETag })
    }
    await s3().send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }))
    const head = await s3().send(new HeadObjectCommand(at))
    expect(head).toMatchObject({ ContentLength: 5 * 1024 ** 2 + 3, ETag: expect.stringMatching(/-2"$/) })
  })

  it('stay as versions, and locked ones stay for good', async () => {
    const at = { Bucket: await newBucket(), Key: 'key' }
    const { Bucket } = at
    await s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    const Rule = { DefaultRetention: { Mode: 'COMPLIANCE' as const, Days: 1 } }
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule }
    await s3().send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }))
    const { VersionId } = await s3().send(new PutObjectCommand({ ...at, Body: 'one' }))
    await s3().send(new DeleteObjectCommand(at))
    const listed = await s3().send(new ListObjectVersionsCommand({ Bucket }))
    expect(listed.Versions).toMatchObject([{ VersionId, IsLatest: false }])
    expect(listed.DeleteMarkers).toMatchObject([{ Key: 'key', IsLatest: true }])
    const destroy = s3().send(new DeleteObjectCommand({ ...at, VersionId }))
    await expect(destroy).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

it('says of settings it does not have that they are not implemented', async () => {
  const at = { Bucket: await newBucket(), Key: 'key' }
  const put = s3().send(new PutObjectCommand({ ...at, Body: 'x', StorageClass: 'GLACIER' }))
  await expect(put).rejects.toMatchObject({ name: 'NotImplemented' })
  const tag = { Key: 'aws:mine', Value: 'x' }
  const tagging = s3().send(new PutBucketTaggingCommand({ Bucket: at.Bucket, Tagging: { TagSet: [tag] } }))
  await expect(tagging).rejects.toMatchObject({ name: 'InvalidTag' })
})
