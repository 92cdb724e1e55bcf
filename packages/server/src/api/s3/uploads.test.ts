import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { abortMultipartUpload } from './abort-multipart-upload.ts'
import { completeMultipartUpload } from './complete-multipart-upload.ts'
import { createBucket } from './create-bucket.ts'
import { createMultipartUpload } from './create-multipart-upload.ts'
import { deleteBucket } from './delete-bucket.ts'
import { getObject } from './get-object.ts'
import { listMultipartUploads } from './list-multipart-uploads.ts'
import { listObjectsV2 } from './list-objects-v2.ts'
import { listParts } from './list-parts.ts'
import { putObject } from './put-object.ts'
import { body, createS3Caller, type S3Caller, textOf } from './s3-caller.fixture.ts'
import { uploadPart } from './upload-part.ts'
import { uploadPartCopy } from './upload-part-copy.ts'

const at = { Bucket: 'audit', Key: 'big/object' }
const large = 'x'.repeat(5 * 1024 ** 2)

let s3: S3Caller
beforeEach(async () => {
  s3 = await createS3Caller()
  await s3.call(createBucket, { Bucket: 'audit' })
})
async function begin(more: object = {}): Promise<string> {
  return (await s3.call<'CreateMultipartUpload'>(createMultipartUpload, { ...at, ...more })).output.UploadId ?? ''
}
async function part(UploadId: string, PartNumber: number, text: string) {
  const { output } = await s3.call<'UploadPart'>(uploadPart, { ...at, UploadId, PartNumber, Body: body(text) })
  return { PartNumber, ETag: output.ETag ?? '' }
}
const complete = (UploadId: string, Parts: readonly { PartNumber: number; ETag: string }[], more: object = {}) =>
  s3.call<'CompleteMultipartUpload'>(completeMultipartUpload, { ...at, UploadId, MultipartUpload: { Parts }, ...more })
const md5 = (text: string | Buffer) => createHash('md5').update(text).digest()

describe('an upload in parts', () => {
  it('is seen only when complete, as one object with headers and the ETag of its parts', async () => {
    const id = await begin({ ContentType: 'text/plain', Tagging: 'a=1' })
    const parts = [await part(id, 2, large), await part(id, 7, 'end')]
    expect((await s3.call(listObjectsV2, { Bucket: 'audit' })).output).toMatchObject({ KeyCount: 0 })
    const { output } = await complete(id, parts)
    const etag = `"${md5(Buffer.concat([md5(large), md5('end')])).toString('hex')}-2"`
    expect(output).toMatchObject({ ETag: etag, Key: at.Key })
    const read = (await s3.call<'GetObject'>(getObject, at)).output
    expect(await textOf(read.Body)).toBe(`${large}end`)
    expect(read).toMatchObject({ ContentType: 'text/plain', TagCount: 1, ETag: etag })
    await expect(complete(id, parts)).rejects.toMatchObject({ code: 'NoSuchUpload' })
    expect((await s3.call(listMultipartUploads, { Bucket: 'audit' })).output).toMatchObject({ Uploads: [] })
  })

  it('is read part by part, and an object sent at once is its own first part', async () => {
    const id = await begin()
    await complete(id, [await part(id, 1, large), await part(id, 2, large), await part(id, 9, 'end')])
    const read = async (PartNumber: number, more: object = {}) =>
      (await s3.call<'GetObject'>(getObject, { ...at, PartNumber, ...more })).output
    const last = await read(3)
    expect(last).toMatchObject({ ContentLength: 3, PartsCount: 3, ContentRange: 'bytes 10485760-10485762/10485763' })
    expect(await textOf(last.Body)).toBe('end')
    expect(await textOf((await read(2)).Body)).toBe(large)
    await expect(read(4)).rejects.toMatchObject({ code: 'InvalidPartNumber' })
    await expect(read(1, { Range: 'bytes=0-1' })).rejects.toMatchObject({ code: 'InvalidRequest' })
    await s3.call(putObject, { ...at, Body: body('whole') })
    const whole = await read(1)
    expect(whole).toMatchObject({ ContentLength: 5, ContentRange: 'bytes 0-4/5' })
    expect(whole.PartsCount).toBeUndefined()
    await expect(read(2)).rejects.toMatchObject({ code: 'InvalidPartNumber' })
    await s3.call(putObject, { ...at, Body: body('') })
    expect((await read(1)).ContentLength).toBe(0)
  })

  it('takes the newest of several parts of one number, and copies of other objects', async () => {
    await s3.call(putObject, { Bucket: 'audit', Key: 'source', Body: body('0123456789') })
    const id = await begin()
    await part(id, 1, 'old')
    const source = { CopySource: 'audit/source', CopySourceRange: 'bytes=2-4' }
    const copied = (await s3.call<'UploadPartCopy'>(uploadPartCopy, { ...at, UploadId: id, PartNumber: 1, ...source }))
      .output
    await complete(id, [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag ?? '' }])
    expect(await textOf((await s3.call<'GetObject'>(getObject, at)).output.Body)).toBe('234')
  })

  it('takes no copy from a bucket of another owner than the expected one', async () => {
    await s3.call(putObject, { Bucket: 'audit', Key: 'source', Body: body('x') })
    const input = { ...at, UploadId: await begin(), PartNumber: 1, CopySource: 'audit/source' }
    const headers = { 'x-amz-source-expected-bucket-owner': '999999999999' }
    await expect(s3.call(uploadPartCopy, input, { headers })).rejects.toMatchObject({ code: 'AccessDenied' })
    await s3.call(uploadPartCopy, input)
  })

  it('lists its parts page by page', async () => {
    const id = await begin()
    for (const number of [1, 2, 3]) await part(id, number, `${number}`)
    const { output } = await s3.call<'ListParts'>(listParts, { ...at, UploadId: id, MaxParts: 2 })
    expect(output).toMatchObject({ IsTruncated: true, NextPartNumberMarker: 2 })
    const rest = await s3.call<'ListParts'>(listParts, { ...at, UploadId: id, PartNumberMarker: 2 })
    expect(rest.output.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3])
  })

  it('is gone when aborted, and goes with its bucket', async () => {
    const [aborted, left] = [await begin(), await begin()]
    await part(aborted, 1, 'x')
    await part(left, 1, 'x')
    await s3.call(abortMultipartUpload, { ...at, UploadId: aborted })
    await expect(part(aborted, 2, 'x')).rejects.toMatchObject({ code: 'NoSuchUpload' })
    const { output } = await s3.call<'ListMultipartUploads'>(listMultipartUploads, { Bucket: 'audit' })
    expect(output.Uploads?.map(({ UploadId }) => UploadId)).toEqual([left])
    await s3.call(deleteBucket, { Bucket: 'audit' })
    await s3.call(createBucket, { Bucket: 'audit' })
    expect((await s3.call(listMultipartUploads, { Bucket: 'audit' })).output).toMatchObject({ Uploads: [] })
  })

  it('keeps to the condition on the object it makes', async () => {
    await s3.call(putObject, { ...at, Body: body('there') })
    const id = await begin()
    const parts = [await part(id, 1, 'new')]
    await expect(complete(id, parts, { IfNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await complete(id, parts)
  })

  it.each([
    ['MalformedXML', []],
    ['InvalidPart', [[3, 'x']]],
    ['InvalidPart', [[1, 'other']]],
    [
      'InvalidPartOrder',
      [
        [2, 'two'],
        [1, 'one'],
      ],
    ],
    [
      'EntityTooSmall',
      [
        [1, 'one'],
        [2, 'two'],
      ],
    ],
  ] as const)('fails with %s for parts %j', async (code, named) => {
    const id = await begin()
    await part(id, 1, 'one')
    await part(id, 2, 'two')
    const parts = named.map(([PartNumber, text]) => ({ PartNumber, ETag: `"${md5(text).toString('hex')}"` }))
    await expect(complete(id, parts)).rejects.toMatchObject({ code })
  })

  it.each(['made up', '../../x', '0'.repeat(32)])('fails with NoSuchUpload for the id %j', async (UploadId) => {
    await expect(part(UploadId, 1, 'x')).rejects.toMatchObject({ code: 'NoSuchUpload' })
  })
})
