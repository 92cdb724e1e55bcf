import { NULL_VERSION } from '../../ports/object-store.ts'
import { requireBucket } from './bucket-access.ts'
import { keyWriter, listAccess, listedObject, ownerOf, pageSize } from './listing.ts'
import { defineOperation } from './service.ts'
import { inS3Words } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'

export const listObjectVersions = defineOperation({
  name: 'ListObjectVersions',
  action: 's3:ListBucketVersions',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: listAccess('s3:ListBucketVersions'),
  async run(input, { buckets }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    const { Prefix: prefix = '', Delimiter: delimiter = '', EncodingType: encoding } = input
    const { KeyMarker: key = '', VersionIdMarker: versionId } = input
    if (versionId !== undefined && key === '') {
      fail('InvalidArgument', 'A version-id marker cannot be specified without a key marker.')
    }
    checkVersionId(versionId === '' ? NULL_VERSION : versionId, fail)
    const limit = pageSize(input.MaxKeys, fail)
    const page = await inS3Words(fail, async () =>
      limit === 0
        ? { versions: [], commonPrefixes: [], next: undefined }
        : buckets.objects.listVersions({
            bucket: bucket.name,
            prefix,
            delimiter,
            ...(key !== '' && { startAfter: versionId ? { key, versionId } : { key } }),
            limit,
          }),
    )
    const write = keyWriter(encoding)
    const listed = page.versions.map((version) => ({
      ...listedObject(version, write),
      VersionId: version.versionId,
      IsLatest: version.isLatest,
      Owner: ownerOf(bucket),
      isDeleteMarker: version.isDeleteMarker,
    }))
    return {
      Name: bucket.name,
      Prefix: write(prefix),
      KeyMarker: write(key),
      VersionIdMarker: versionId ?? '',
      MaxKeys: limit,
      IsTruncated: page.next !== undefined,
      ...(delimiter !== '' && { Delimiter: write(delimiter) }),
      ...(encoding !== undefined && { EncodingType: encoding }),
      ...(page.next && {
        NextKeyMarker: write(page.next.key),
        ...(page.next.versionId !== undefined && { NextVersionIdMarker: page.next.versionId }),
      }),
      Versions: listed.filter((one) => !one.isDeleteMarker),
      DeleteMarkers: listed.filter((one) => one.isDeleteMarker),
      CommonPrefixes: page.commonPrefixes.map((one) => ({ Prefix: write(one) })),
    }
  },
})
