import { ask, objectAccess, requireBucket } from './bucket-access.ts'
import { deleteOne } from './delete-one.ts'
import { wantsBypass } from './lock-settings.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'
import { notImplementedText } from './write-settings.ts'

export const deleteObject = defineOperation({
  name: 'DeleteObject',
  action: 's3:DeleteObject',
  uses: ['buckets', 'clock'],
  readOnly: false,
  category: 'Data',
  access(input, capabilities, call, fail) {
    const questions = objectAccess('s3:DeleteObject', 's3:DeleteObjectVersion')(input, capabilities, call, fail)
    if (!wantsBypass(call)) return questions
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    return [...questions, ask({ action: 's3:BypassGovernanceRetention', bucket, key: input.Key }, call)]
  },
  run(input, { buckets, clock }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkVersionId(input.VersionId, fail)
    const isConditional = [input.IfMatch, input.IfMatchLastModifiedTime, input.IfMatchSize].some(
      (one) => one !== undefined,
    )
    if (isConditional || input.MFA !== undefined) fail('NotImplemented', notImplementedText)
    return inS3Words(fail, () => deleteOne(buckets, bucket, input, { call, nowMs: clock.nowMs() }))
  },
})
