import { objectAccess, requireBucket } from './bucket-access.ts'
import { describeRead, failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'

export const getObject = defineOperation({
  name: 'GetObject',
  action: 's3:GetObject',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: objectAccess('s3:GetObject', 's3:GetObjectVersion'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { Key: key, VersionId: versionId } = input
    checkVersionId(versionId, fail)
    const opened = await inS3Words(fail, () =>
      versionId === undefined
        ? buckets.objects.open(bucket.name, key)
        : buckets.objects.openVersion(bucket.name, key, versionId),
    )
    if (!opened) return failMissing(buckets, bucket, input, fail)
    try {
      const { output, range } = describeRead(input, bucket, opened.head, fail)
      return { ...output, Body: opened.read(range) }
    } catch (error) {
      await opened.close()
      throw error
    }
  },
})
