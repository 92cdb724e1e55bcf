export {
  type Bucket,
  type BucketEncryption,
  type BucketTag,
  bucketArn,
  bucketNameProblem,
  type Ownership,
} from './bucket.ts'
export { checkBucketPolicy, isPublicPolicy, type PolicyCheck, policyBytesMax } from './bucket-policy.ts'
export { type Buckets, openBuckets } from './buckets.ts'
export { canonicalId } from './canonical-id.ts'
export type { DeliveryAccess, DeliveryVerdict, PutAccess } from './delivery-access.ts'
export {
  bucketKeyHeader,
  type DataKey,
  dataKeyOf,
  decryptedObject,
  encryptedPut,
  encryptionHeader,
  encryptionHeaders,
  keyIdHeader,
  type StoredDataKey,
  withoutEncryption,
} from './object-cipher.ts'
export {
  type BucketLock,
  defaultRetention,
  lockGuard,
  lockOf,
  mayReplaceRetention,
  type Retention,
  withHold,
  withRetention,
} from './object-lock.ts'
export { type Part, type PartsCipher, partNumberMax, type Uploads } from './uploads.ts'
export { openWithVault } from './vault-reader.ts'
