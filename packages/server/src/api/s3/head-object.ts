import { objectResources, requireBucket } from './bucket-access.ts'
import { askDecryptionOf } from './object-decryption.ts'
import { describeRead, failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { askStored, storedHead } from './stored-object-access.ts'
import { checkVersionId } from './version-id.ts'

export const headObject = defineOperation({
  name: 'HeadObject',
  action: 's3:GetObject',
  uses: ['buckets', 'kms'],
  readOnly: true,
  category: 'Data',
  async access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const object = { bucket, key: input.Key, versionId: input.VersionId }
    const head = await storedHead(capabilities.buckets, object)
    // Only checksums tell of the content. @source Amazon S3 API Reference, HeadObject: ChecksumMode
    const tellsOfContent = input.ChecksumMode === 'ENABLED'
    return [
      askStored('s3:GetObject', object, head, call),
      ...(tellsOfContent ? askDecryptionOf(head, bucket, capabilities, call, fail) : []),
    ]
  },
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkVersionId(input.VersionId, fail)
    const head = await inS3Words(fail, () => buckets.objects.headVersion(bucket.name, input.Key, input.VersionId))
    if (!head || head.isDeleteMarker) return failMissing(buckets, bucket, input, fail)
    return describeRead(input, bucket, head, fail).output
  },
})
