import type { VersionHead } from '../../ports/object-store.ts'
import type { GetObjectAttributesParts } from '../generated/s3.ts'
import { objectResources, requireBucket } from './bucket-access.ts'
import { checksumMembers } from './checksums.ts'
import { pageSize } from './listing.ts'
import { askDecryptionOf } from './object-decryption.ts'
import { partsOf } from './part-sizes.ts'
import { failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { askStored, storedHead } from './stored-object-access.ts'
import { checkVersionId, shownVersion } from './version-id.ts'
import { notImplementedText } from './write-settings.ts'

export const getObjectAttributes = defineOperation({
  name: 'GetObjectAttributes',
  action: 's3:GetObjectAttributes',
  uses: ['buckets', 'kms'],
  readOnly: true,
  category: 'Data',
  async access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    const { Key: key, VersionId: versionId } = input
    call.notes.resources = objectResources(bucket, key, call)
    const object = { bucket, key, versionId }
    const head = await storedHead(capabilities.buckets, object)
    // Only checksums tell of the content.
    const tellsOfContent = input.ObjectAttributes.includes('Checksum')
    return [
      askStored('s3:GetObject', object, head, call),
      askStored('s3:GetObjectAttributes', object, head, call),
      ...(tellsOfContent ? askDecryptionOf(head, bucket, capabilities, call, fail) : []),
    ]
  },
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { Key: key, VersionId: versionId, ObjectAttributes: names } = input
    if (input.SSECustomerAlgorithm !== undefined) fail('NotImplemented', notImplementedText)
    checkVersionId(versionId, fail)
    const head = await inS3Words(fail, () => buckets.objects.headVersion(bucket.name, key, versionId))
    if (!head || head.isDeleteMarker) return failMissing(buckets, bucket, input, fail)
    const checksum = checksumMembers(head)
    const parts = names.includes('ObjectParts') ? shownParts(head, input, pageSize(input.MaxParts, fail)) : undefined
    return {
      LastModified: head.lastModifiedMs,
      ...shownVersion(bucket, head),
      // @quirk Here, and nowhere else, S3 shows ETags without their quotes.
      ...(names.includes('ETag') && { ETag: head.etag.replaceAll('"', '') }),
      ...(names.includes('Checksum') && Object.keys(checksum).length > 0 && { Checksum: checksum }),
      ...(parts && { ObjectParts: parts }),
      ...(names.includes('StorageClass') && { StorageClass: 'STANDARD' as const }),
      ...(names.includes('ObjectSize') && { ObjectSize: head.size }),
    }
  },
})

/** The parts an object was made of; of one without a checksum S3 tells only how many. */
function shownParts(
  head: VersionHead,
  asked: { readonly PartNumberMarker?: number | undefined },
  limit: number,
): GetObjectAttributesParts | undefined {
  const sizes = partsOf(head)
  if (sizes === undefined) return undefined
  if (Object.keys(checksumMembers(head)).length === 0) return { TotalPartsCount: sizes.length }
  const { PartNumberMarker: marker = 0 } = asked
  const page = sizes.slice(marker, marker + limit).map((Size, index) => ({ PartNumber: marker + index + 1, Size }))
  return {
    TotalPartsCount: sizes.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: marker + page.length,
    MaxParts: limit,
    IsTruncated: marker + page.length < sizes.length,
    Parts: page,
  }
}
