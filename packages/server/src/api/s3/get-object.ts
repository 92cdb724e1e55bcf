import { objectResources, requireBucket } from './bucket-access.ts'
import { askDecryptionOf, readable } from './object-decryption.ts'
import { describeRead, failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { askStored, storedHead } from './stored-object-access.ts'
import { checkVersionId } from './version-id.ts'

export const getObject = defineOperation({
  name: 'GetObject',
  action: 's3:GetObject',
  uses: ['buckets', 'kms'],
  readOnly: true,
  category: 'Data',
  async access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const object = { bucket, key: input.Key, versionId: input.VersionId }
    const head = await storedHead(capabilities.buckets, object)
    return [askStored('s3:GetObject', object, head, call), ...askDecryptionOf(head, bucket, capabilities, call, fail)]
  },
  async run(input, { buckets, kms }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { Key: key, VersionId: versionId } = input
    checkVersionId(versionId, fail)
    const found = await inS3Words(fail, () =>
      versionId === undefined
        ? buckets.objects.open(bucket.name, key)
        : buckets.objects.openVersion(bucket.name, key, versionId),
    )
    if (!found) return failMissing(buckets, bucket, input, fail)
    const opened = await readable(found, bucket, { kms }, call, fail)
    try {
      const { output, range } = describeRead(input, bucket, opened.head, fail)
      return { ...output, Body: opened.read(range) }
    } catch (error) {
      await opened.close()
      throw error
    }
  },
})
