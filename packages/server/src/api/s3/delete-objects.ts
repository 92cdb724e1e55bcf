import { bucketArn } from '../../buckets/index.ts'
import type { DeletedObject, S3Error } from '../generated/s3.ts'
import { ask, bucketResource, requireBucket, texts } from './bucket-access.ts'
import { deleteOne } from './delete-one.ts'
import { wantsBypass } from './lock-settings.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'

/** @source DeleteObjects: up to 1,000 keys in one request */
const keysMax = 1_000

export const deleteObjects = defineOperation({
  name: 'DeleteObjects',
  action: 's3:DeleteObject',
  uses: ['buckets', 'clock'],
  readOnly: false,
  category: 'Data',
  access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = [
      ...input.Delete.Objects.map(({ Key: key }) => ({
        type: 'AWS::S3::Object',
        ARN: bucketArn(call.partition, bucket.name, key),
      })),
      bucketResource(bucket, call),
    ]
    const bypass = wantsBypass(call)
    return input.Delete.Objects.flatMap((part) => {
      const { Key: key, VersionId: versionId } = part
      const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion'
      return [
        { ...ask({ action, bucket, key, context: { versionid: versionId } }, call), part },
        ...(bypass ? [{ ...ask({ action: 's3:BypassGovernanceRetention', bucket, key }, call), part }] : []),
      ]
    })
  },
  async run(input, { buckets, clock }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { Objects: objects, Quiet: isQuiet = false } = input.Delete
    if (objects.length === 0 || objects.length > keysMax) {
      fail('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema')
    }
    const { refusals } = call
    if (refusals === undefined) throw new TypeError('nobody was asked whether the keys may be deleted')
    const deleted: DeletedObject[] = []
    const errors: S3Error[] = []
    const nowMs = clock.nowMs()
    for (const object of objects) {
      const named = {
        Key: object.Key,
        ...(object.VersionId !== undefined && { VersionId: object.VersionId }),
      }
      try {
        const refusal = refusals.get(object)
        if (refusal !== undefined) refuseOne('AccessDenied', refusal)
        checkVersionId(object.VersionId, () => refuseOne('NoSuchVersion', texts.noSuchVersion))
        const { DeleteMarker, VersionId } = await inS3Words(refuseOne, () =>
          deleteOne(buckets, bucket, object, { call, nowMs }),
        )
        const marker = DeleteMarker && VersionId !== undefined ? { DeleteMarker, DeleteMarkerVersionId: VersionId } : {}
        deleted.push({ ...named, ...marker })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        errors.push({ ...named, Code: error.code, Message: error.message })
      }
    }
    return { ...(!isQuiet && { Deleted: deleted }), ...(errors.length > 0 && { Errors: errors }) }
  },
})

/** What is wrong with one of the keys: the answer tells it beside what was deleted. */
class Refusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

function refuseOne(code: string, message: string): never {
  throw new Refusal(code, message)
}
