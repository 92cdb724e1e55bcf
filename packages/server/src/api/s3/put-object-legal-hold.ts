import { withHold } from '../../buckets/index.ts'
import { ask, objectResources, requireBucket } from './bucket-access.ts'
import { changeAttributes } from './change-attributes.ts'
import { requireLock } from './lock-settings.ts'
import { defineOperation } from './service.ts'
import { lockContext } from './write-access.ts'

export const putObjectLegalHold = defineOperation({
  name: 'PutObjectLegalHold',
  action: 's3:PutObjectLegalHold',
  uses: ['buckets'],
  readOnly: false,
  category: 'Data',
  access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const context = lockContext({ hold: input.LegalHold?.Status }, call)
    return [ask({ action: 's3:PutObjectLegalHold', bucket, key: input.Key, context }, call)]
  },
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    requireLock(bucket, fail)
    const status = input.LegalHold?.Status
    if (status === undefined) {
      return fail(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      )
    }
    await changeAttributes(buckets, bucket, input, fail, ({ attributes }) => withHold(status === 'ON', attributes))
    return {}
  },
})
