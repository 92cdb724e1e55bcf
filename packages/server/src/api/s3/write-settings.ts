import type { Bucket } from '../../buckets/index.ts'
import type { Fail } from '../operation.ts'
import { texts } from './bucket-access.ts'
import { isOwnersAcl } from './owner-only.ts'

/** @source Amazon S3 User Guide, object key naming: 1,024 bytes */
const keyBytesMax = 1024

export interface WriteSettings {
  readonly Key: string
  readonly ACL?: string | undefined
  readonly StorageClass?: string | undefined
  readonly [member: string]: unknown
}

const unbuilt = [
  'GrantFullControl',
  'GrantRead',
  'GrantReadACP',
  'GrantWriteACP',
  'SSECustomerAlgorithm',
  'SSECustomerKey',
  'WebsiteRedirectLocation',
  'WriteOffsetBytes',
] as const

/** Checks what an object is to be written with: nothing is taken that would then not be kept to. */
export function checkWriteSettings(
  input: WriteSettings,
  bucket: Bucket,
  fail: Fail<
    'KeyTooLongError' | 'NotImplemented' | 'InvalidStorageClass' | 'AccessControlListNotSupported' | 'AccessDenied'
  >,
): void {
  if (Buffer.byteLength(input.Key) > keyBytesMax) fail('KeyTooLongError', 'Your key is too long')
  const { StorageClass: storageClass = 'STANDARD', ACL: acl } = input
  if (unbuilt.some((member) => input[member] !== undefined) || storageClass !== 'STANDARD') {
    fail('NotImplemented', notImplementedText)
  }
  if (acl === undefined || acl === 'bucket-owner-full-control') return
  if (bucket.ownership === 'BucketOwnerEnforced') {
    fail('AccessControlListNotSupported', 'The bucket does not allow ACLs')
  }
  if (!isOwnersAcl(acl)) fail('AccessDenied', texts.accessDenied)
}

export const notImplementedText = 'A header you provided implies functionality that is not implemented'
