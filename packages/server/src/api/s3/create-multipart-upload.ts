import { encryptionHeaders, withTags } from '../../buckets/index.ts'
import { writerOf } from './announce.ts'
import { objectResources, requireBucket } from './bucket-access.ts'
import { checksumTypeHeader, checksumTypeOf } from './checksums.ts'
import { newLock } from './lock-settings.ts'
import { askEncryption, newDataKey, shownEncryption } from './object-encryption.ts'
import { storedHeaders } from './object-headers.ts'
import { parseTaggingHeader } from './object-tags.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { askWrite } from './write-access.ts'
import { checkWriteSettings, notImplementedText } from './write-settings.ts'

/** Only the data key is kept for the parts; each is encrypted with a nonce of its own. */
const noNonce = new Uint8Array()

export const createMultipartUpload = defineOperation({
  name: 'CreateMultipartUpload',
  action: 's3:PutObject',
  uses: ['buckets', 'kms', 'clock'],
  readOnly: false,
  category: 'Data',
  access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    return [
      ...askWrite(input, bucket, call, fail, { creates: false }),
      ...askEncryption(input, bucket, capabilities, call, fail),
    ]
  },
  async run(input, { buckets, kms, clock }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    checkWriteSettings({ ...input }, bucket, fail)
    const { ChecksumAlgorithm: algorithm, ChecksumType: wanted } = input
    const type = algorithm && checksumTypeOf(algorithm, wanted)
    if (algorithm && type === undefined) {
      if (wanted === undefined) fail('NotImplemented', notImplementedText)
      const name = algorithm.toLowerCase()
      fail('InvalidRequest', `The ${wanted} checksum type cannot be used with the ${name} checksum algorithm.`)
    }
    const dataKey = await newDataKey(input, bucket, { kms }, call, fail)
    const lock = newLock(input, bucket, clock.nowMs(), fail)
    const UploadId = await inS3Words(fail, () =>
      buckets.uploads.begin(bucket, {
        key: input.Key,
        headers: {
          ...storedHeaders(input, fail),
          ...(type && { [checksumTypeHeader]: type }),
          ...(dataKey && encryptionHeaders(dataKey, noNonce)),
        },
        attributes: withTags(parseTaggingHeader(input.Tagging, fail), lock),
        writtenBy: writerOf(call),
      }),
    )
    return {
      Bucket: bucket.name,
      Key: input.Key,
      UploadId,
      ...shownEncryption(dataKey),
      ...(algorithm && type && { ChecksumAlgorithm: algorithm, ChecksumType: type }),
    }
  },
})
