import { type Bucket, bucketArn, tagsOf, withoutEncryption, withTags } from '../../buckets/index.ts'
import type { VersionHead } from '../../ports/object-store.ts'
import type { CopyObjectRequest } from '../generated/s3.ts'
import type { AccessRequest, Call } from '../operation.ts'
import { telling, writerOf } from './announce.ts'
import { ask, objectResources, requireBucket } from './bucket-access.ts'
import { checksumMembers, checksumTypeHeader } from './checksums.ts'
import { type CopySource, checkCopyConditions, openSource, requireSource } from './copy-source.ts'
import { newLock } from './lock-settings.ts'
import { askDecryptionOf } from './object-decryption.ts'
import { askEncryption, newDataKey, shownEncryption, withEncryption } from './object-encryption.ts'
import { storedHeaders } from './object-headers.ts'
import { parseTaggingHeader } from './object-tags.ts'
import { partSizesHeader } from './part-sizes.ts'
import { writeConditions } from './put-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { askStored, storedHead } from './stored-object-access.ts'
import { shownVersion } from './version-id.ts'
import { askWrite, tagContext } from './write-access.ts'
import { checkWriteSettings } from './write-settings.ts'

export const copyObject = defineOperation({
  name: 'CopyObject',
  action: 's3:PutObject',
  uses: ['buckets', 'kms', 'ids', 'clock'],
  readOnly: false,
  category: 'Data',
  async access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    const source = requireSource(input.CopySource, capabilities, fail)
    call.notes.resources = [
      ...objectResources(bucket, input.Key, call),
      { type: 'AWS::S3::Object', ARN: bucketArn(call.partition, source.bucket.name, source.key) },
    ]
    const head = await storedHead(capabilities.buckets, source)
    return [
      ...askWrite(input, bucket, call, fail),
      askStored('s3:GetObject', source, head, call),
      ...askTagCopy(input, { bucket, source, head }, call),
      ...askEncryption(input, bucket, capabilities, call, fail),
      ...askDecryptionOf(head, source.bucket, capabilities, call, fail),
    ]
  },
  async run(input, capabilities, call, fail) {
    const { buckets, clock } = capabilities
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    checkWriteSettings({ ...input }, bucket, fail)
    const source = requireSource(input.CopySource, capabilities, fail)
    const replacesHeaders = input.MetadataDirective === 'REPLACE'
    const isItself = source.bucket.name === bucket.name && source.key === input.Key && source.versionId === undefined
    const isEncryptedAnew = input.ServerSideEncryption !== undefined
    if (isItself && !replacesHeaders && input.TaggingDirective !== 'REPLACE' && !isEncryptedAnew) {
      fail(
        'InvalidRequest',
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      )
    }
    const from = await openSource(source, capabilities, call, fail)
    try {
      checkCopyConditions(input, from.head, fail)
      const kept = headersOfCopy(from.head.headers)
      const checksums = Object.entries(kept).filter(([name]) => name.startsWith('x-amz-checksum-'))
      const tags = input.TaggingDirective === 'REPLACE' ? parseTaggingHeader(input.Tagging, fail) : tagsOf(from.head)
      const dataKey = await newDataKey(input, bucket, capabilities, call, fail)
      const put = withEncryption(
        {
          bucket: bucket.name,
          key: input.Key,
          headers: replacesHeaders
            ? { ...storedHeaders(input, fail), ...Object.fromEntries(checksums) }
            : withoutEncryption(kept),
          body: from.read(),
          attributes: withTags(tags, newLock(input, bucket, clock.nowMs(), fail)),
          writtenBy: writerOf(call),
          keepsVersions: bucket.versioning === 'Enabled',
          ...writeConditions(input, fail),
        },
        dataKey,
        capabilities,
      )
      const change = { name: 'ObjectCreated:Copy', bucket, key: input.Key } as const
      const written = await inS3Words(fail, () => telling(change, capabilities, call, () => buckets.objects.put(put)))
      return {
        ...shownEncryption(dataKey),
        CopyObjectResult: { ETag: written.etag, LastModified: written.lastModifiedMs, ...checksumMembers(written) },
        ...(source.bucket.versioning !== undefined && { CopySourceVersionId: from.head.versionId }),
        ...shownVersion(bucket, written),
      }
    } finally {
      await from.close()
    }
  },
})

/**
 * Tags that come along are read from the source and put on the copy.
 *
 * @source Amazon S3 API Reference, CopyObject: TaggingDirective
 */
function askTagCopy(
  input: CopyObjectRequest,
  {
    bucket,
    source,
    head,
  }: { readonly bucket: Bucket; readonly source: CopySource; readonly head: VersionHead | undefined },
  call: Call,
): readonly AccessRequest[] {
  const tags = head === undefined || input.TaggingDirective === 'REPLACE' ? [] : tagsOf(head)
  if (tags.length === 0) return []
  return [
    askStored('s3:GetObjectTagging', source, head, call),
    ask({ action: 's3:PutObjectTagging', bucket, key: input.Key, context: tagContext(tags) }, call),
  ]
}

/** The copy is made at once: what was said of the parts of its source, or made of their sums, does not hold for it. */
function headersOfCopy(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ofParts = ([name, value]: readonly [string, string]) =>
    name === partSizesHeader ||
    name === checksumTypeHeader ||
    (name.startsWith('x-amz-checksum-') && value.includes('-'))
  return Object.fromEntries(Object.entries(headers).filter((header) => !ofParts(header)))
}
