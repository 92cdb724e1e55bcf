import type { Part } from '../../buckets/index.ts'
import type { CompletedPart } from '../generated/s3.ts'
import type { Fail } from '../operation.ts'
import { telling, writerOf } from './announce.ts'
import { ask, objectResources, requireBucket } from './bucket-access.ts'
import { checksumMembers, checksumTypeHeader, partChecksums, uploadChecksum } from './checksums.ts'
import { quoted } from './conditions.ts'
import { shownEncryption } from './object-encryption.ts'
import { askUploadKey, partsCipher, uploadKey } from './part-encryption.ts'
import { partSizesHeader, writePartSizes } from './part-sizes.ts'
import { writeConditions } from './put-object.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { requireUpload } from './upload-access.ts'
import { shownVersion } from './version-id.ts'
import { creationContext } from './write-access.ts'
import { notImplementedText } from './write-settings.ts'

/** Of every part but the last. @source Amazon S3 User Guide, multipart upload limits */
const partBytesMin = 5 * 1024 ** 2

export const completeMultipartUpload = defineOperation({
  name: 'CompleteMultipartUpload',
  action: 's3:PutObject',
  uses: ['buckets', 'kms', 'ids'],
  readOnly: false,
  category: 'Data',
  async access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const context = creationContext(call, { creates: true })
    return [
      ask({ action: 's3:PutObject', bucket, key: input.Key, context }, call),
      ...(await askUploadKey(bucket, input, capabilities, call, fail)),
    ]
  },
  async run(input, { buckets, kms, ids }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const upload = await requireUpload(buckets, bucket, input, fail)
    const stored = await buckets.uploads.parts(bucket, upload.versionId)
    const parts = chosenParts(input.MultipartUpload?.Parts ?? [], stored, fail)
    const size = parts.reduce((sum, { head }) => sum + head.size, 0)
    if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size) {
      fail('InvalidRequest', `The provided 'x-amz-mp-object-size' header does not match the size of the parts.`)
    }
    const checksum = uploadChecksum(
      parts.map(({ head }) => head),
      input.ChecksumType ?? upload.headers[checksumTypeHeader],
    )
    requireWhole(wholeChecksums(input), checksum, fail)
    const dataKey = await uploadKey(upload, bucket, { kms }, call, fail)
    const rules = {
      ...writeConditions(input, fail),
      ...partsCipher(dataKey, ids),
      headers: { ...checksum, [partSizesHeader]: writePartSizes(parts.map(({ head }) => head.size)) },
      writtenBy: writerOf(call),
    }
    const change = { name: 'ObjectCreated:CompleteMultipartUpload', bucket, key: input.Key } as const
    const written = await inS3Words(fail, () =>
      telling(change, { buckets }, call, () => buckets.uploads.complete(bucket, upload, parts, rules)),
    )
    return {
      Location: `http://${call.header('host') ?? 's3.amazonaws.com'}/${bucket.name}/${encodeURI(input.Key)}`,
      Bucket: bucket.name,
      Key: input.Key,
      ETag: written.etag,
      ...shownEncryption(dataKey),
      ...checksumMembers(written),
      ...shownVersion(bucket, written),
    }
  },
})

function wholeChecksums(input: object): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [member, value] of Object.entries(input)) {
    if (member !== 'ChecksumType' && member.startsWith('Checksum') && typeof value === 'string') {
      headers[`x-amz-checksum-${member.slice('Checksum'.length).toLowerCase()}`] = value
    }
  }
  return headers
}

/** Holds what the client says of the whole against what its parts make; what they do not tell is not believed. */
function requireWhole(
  named: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
  fail: Fail<'BadDigest' | 'NotImplemented'>,
): void {
  for (const [header, value] of Object.entries(named)) {
    if (right[header] === undefined) fail('NotImplemented', notImplementedText)
    if (right[header] !== value) {
      const algorithm = header.slice(header.lastIndexOf('-') + 1).toUpperCase()
      fail('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
    }
  }
}

/** The stored parts that the client names, in its order: every one must be there as it says. */
function chosenParts(
  named: readonly CompletedPart[],
  stored: readonly Part[],
  fail: Fail<'MalformedXML' | 'InvalidPart' | 'InvalidPartOrder' | 'EntityTooSmall'>,
): readonly Part[] {
  if (named.length === 0) {
    fail('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema')
  }
  if (named.some(({ PartNumber: number = 0 }, index) => number <= (named[index - 1]?.PartNumber ?? 0))) {
    fail('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.')
  }
  const byNumber = new Map(stored.map((part) => [part.number, part]))
  const parts = named.map(({ PartNumber: number = 0, ETag: etag = '', ...checksums }) => {
    const part = byNumber.get(number)
    const known: Readonly<Record<string, string>> = part ? partChecksums(part.head) : {}
    const isAsNamed = Object.entries(checksums).every(
      ([member, value]) => value === undefined || known[member] === value,
    )
    if (part?.head.etag === quoted(etag) && isAsNamed) return part
    return fail(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    )
  })
  if (parts.slice(0, -1).some(({ head }) => head.size < partBytesMin)) {
    fail('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size')
  }
  return parts
}
