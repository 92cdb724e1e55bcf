import { withTags } from '../../buckets/index.ts'
import type { Fail } from '../operation.ts'
import { telling, writerOf } from './announce.ts'
import { bounded, checkLength } from './body-limit.ts'
import { objectResources, requireBucket } from './bucket-access.ts'
import { checksumMembers, verifiedChecksums } from './checksums.ts'
import { quoted } from './conditions.ts'
import { newLock } from './lock-settings.ts'
import { askEncryption, newDataKey, shownEncryption, withEncryption } from './object-encryption.ts'
import { storedHeaders } from './object-headers.ts'
import { parseTaggingHeader } from './object-tags.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { shownVersion } from './version-id.ts'
import { askWrite } from './write-access.ts'
import { checkWriteSettings, notImplementedText } from './write-settings.ts'

export const putObject = defineOperation({
  name: 'PutObject',
  action: 's3:PutObject',
  uses: ['buckets', 'kms', 'ids', 'clock'],
  readOnly: false,
  category: 'Data',
  access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    return [...askWrite(input, bucket, call, fail), ...askEncryption(input, bucket, capabilities, call, fail)]
  },
  async run(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    checkWriteSettings({ ...input }, bucket, fail)
    const body = input.Body ?? nothing
    checkLength(call, capabilities.buckets, fail)
    const dataKey = await newDataKey(input, bucket, capabilities, call, fail)
    const put = withEncryption(
      {
        bucket: bucket.name,
        key: input.Key,
        headers: storedHeaders(input, fail),
        body: bounded(body, capabilities.buckets, fail),
        attributes: withTags(
          parseTaggingHeader(input.Tagging, fail),
          newLock(input, bucket, capabilities.clock.nowMs(), fail),
        ),
        writtenBy: writerOf(call),
        keepsVersions: bucket.versioning === 'Enabled',
        ...writeConditions(input, fail),
        seal: () => ({ headers: verifiedChecksums(body) }),
      },
      dataKey,
      capabilities,
    )
    const change = { name: 'ObjectCreated:Put', bucket, key: input.Key } as const
    const written = await inS3Words(fail, () =>
      telling(change, capabilities, call, () => capabilities.buckets.objects.put(put)),
    )
    return {
      ETag: written.etag,
      ...shownEncryption(dataKey),
      ...checksumMembers(written),
      ...shownVersion(bucket, written),
    }
  },
})

const nothing: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} }

/** Conditions on the object a write would replace. */
export function writeConditions(
  { IfMatch, IfNoneMatch }: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
  fail: Fail<'NotImplemented'>,
): { readonly onlyIfAbsent?: true; readonly onlyIfEtag?: string } {
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') fail('NotImplemented', notImplementedText)
  return {
    ...(IfNoneMatch !== undefined && { onlyIfAbsent: true }),
    ...(IfMatch !== undefined && { onlyIfEtag: quoted(IfMatch) }),
  }
}
