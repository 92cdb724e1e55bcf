import { type Bucket, type Buckets, partNumberMax } from '../../buckets/index.ts'
import type { VersionHead } from '../../ports/object-store.ts'
import type { Fail } from '../operation.ts'

/** The upload that is addressed by key and id. */
export async function requireUpload(
  buckets: Buckets,
  bucket: Bucket,
  { Key: key, UploadId: uploadId }: { readonly Key: string; readonly UploadId: string },
  fail: Fail<'NoSuchUpload'>,
): Promise<VersionHead> {
  const found = isUploadId(uploadId) ? await buckets.uploads.find(bucket, key, uploadId) : undefined
  return (
    found ??
    fail(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    )
  )
}

export function isUploadId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}

export function checkPartNumber(number: number, fail: Fail<'InvalidArgument'>): void {
  if (number < 1 || number > partNumberMax) {
    fail('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive')
  }
}
