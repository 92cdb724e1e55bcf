import { objectAccess, requireBucket } from './bucket-access.ts'
import { askDecryption } from './object-decryption.ts'
import { describeRead, failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'

const mayRead = objectAccess('s3:GetObject', 's3:GetObjectVersion')

export const headObject = defineOperation({
  name: 'HeadObject',
  action: 's3:GetObject',
  uses: ['buckets', 'kms'],
  readOnly: true,
  category: 'Data',
  async access(input, capabilities, call, fail) {
    const questions = mayRead(input, capabilities, call, fail)
    // Only checksums tell of the content. @source Amazon S3 API Reference, HeadObject: ChecksumMode
    if (input.ChecksumMode !== 'ENABLED') return questions
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    const { Key: key, VersionId: versionId } = input
    return [...questions, ...(await askDecryption(bucket, { key, versionId }, capabilities, call, fail))]
  },
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkVersionId(input.VersionId, fail)
    const head = await inS3Words(fail, () => buckets.objects.headVersion(bucket.name, input.Key, input.VersionId))
    if (!head || head.isDeleteMarker) return failMissing(buckets, bucket, input, fail)
    return describeRead(input, bucket, head, fail).output
  },
})
