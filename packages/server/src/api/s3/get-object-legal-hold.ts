import { lockOf } from '../../buckets/index.ts'
import { objectAccess, requireBucket } from './bucket-access.ts'
import { requireLock } from './lock-settings.ts'
import { failMissing } from './read-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'

export const getObjectLegalHold = defineOperation({
  name: 'GetObjectLegalHold',
  action: 's3:GetObjectLegalHold',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: objectAccess('s3:GetObjectLegalHold'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    requireLock(bucket, fail)
    checkVersionId(input.VersionId, fail)
    const head = await inS3Words(fail, () => buckets.objects.headVersion(bucket.name, input.Key, input.VersionId))
    if (!head || head.isDeleteMarker) return failMissing(buckets, bucket, input, fail)
    if (head.attributes.hold === undefined) {
      return fail('NoSuchObjectLockConfiguration', 'The specified object does not have a ObjectLock configuration')
    }
    return { LegalHold: { Status: lockOf(head).isHeld ? 'ON' : 'OFF' } }
  },
})
