import type { Bucket, Buckets } from '../../buckets/index.ts'
import type { Kms } from '../../kms/index.ts'
import type { OpenObject, VersionHead } from '../../ports/object-store.ts'
import type { Call, Fail } from '../operation.ts'
import { texts } from './bucket-access.ts'
import { checkReadConditions } from './conditions.ts'
import { readable } from './object-decryption.ts'
import type { KeyFailure } from './object-key.ts'
import { inS3Words, type StoreFailure } from './store-failures.ts'
import { checkVersionId } from './version-id.ts'

/** What is copied. */
export interface CopySource {
  readonly bucket: Bucket
  readonly key: string
  readonly versionId?: string
}

/** Reads `[/]bucket/key[?versionId=…]`, percent-encoded. */
export function requireSource(
  text: string,
  { buckets }: { readonly buckets: Buckets },
  fail: Fail<'InvalidArgument' | 'NoSuchBucket'>,
): CopySource {
  const [path = '', query = ''] = text.split('?versionId=')
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decoded(path) ?? '')
  if (!match) {
    return fail('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey')
  }
  const [, name = '', key = ''] = match
  const bucket = buckets.find(name) ?? fail('NoSuchBucket', texts.noSuchBucket)
  if (query === '') return { bucket, key }
  checkVersionId(query, fail)
  return { bucket, key, versionId: query }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Opens what is copied, decrypted. Whoever opened it closes it. */
export async function openSource(
  { bucket, key, versionId }: CopySource,
  capabilities: { readonly buckets: Buckets; readonly kms: Kms },
  call: Call,
  fail: Fail<StoreFailure | 'NoSuchVersion'> & KeyFailure,
): Promise<OpenObject<VersionHead>> {
  checkSourceOwner(bucket, call, fail)
  const { objects } = capabilities.buckets
  const found = await inS3Words(fail, () =>
    versionId === undefined ? objects.open(bucket.name, key) : objects.openVersion(bucket.name, key, versionId),
  )
  if (!found && versionId !== undefined) return fail('NoSuchVersion', texts.noSuchVersion)
  if (!found) return fail('NoSuchKey', texts.noSuchKey)
  return readable(found, bucket, capabilities, call, fail)
}

function checkSourceOwner(source: Bucket, call: Call, fail: Fail<'AccessDenied'>): void {
  const expected = call.header('x-amz-source-expected-bucket-owner')
  if (expected !== undefined && expected !== source.account) fail('AccessDenied', texts.accessDenied)
}

interface CopyConditions {
  readonly CopySourceIfMatch?: string | undefined
  readonly CopySourceIfNoneMatch?: string | undefined
  readonly CopySourceIfModifiedSince?: number | undefined
  readonly CopySourceIfUnmodifiedSince?: number | undefined
}

/** As for reading, but what would be "not modified" there is a failed precondition here. */
export function checkCopyConditions(
  input: CopyConditions,
  head: Parameters<typeof checkReadConditions>[1],
  fail: Fail<'PreconditionFailed'>,
): void {
  const conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  }
  checkReadConditions(conditions, head, (_code, message) => fail('PreconditionFailed', message))
}
