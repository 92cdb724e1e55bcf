export {
  type Bucket,
  type BucketTag,
  bucketArn,
  bucketCollection,
  bucketNameProblem,
  type QueueNotification,
} from './bucket.ts'
export { type BucketEvents, createBucketEvents } from './bucket-events.ts'
export { checkBucketPolicy, isPublicPolicy } from './bucket-policy.ts'
export { type Buckets, openBuckets } from './buckets.ts'
export { canonicalId } from './canonical-id.ts'
export { conditionHeaders } from './condition-headers.ts'
export { createDestinations, type Destination, type Destinations, type StoreBucket } from './destinations.ts'
export { createExpiration, type Expiration } from './expire-objects.ts'
export { firstExpiryMs, type LifecycleFilter, type LifecycleRule } from './lifecycle.ts'
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
export type { ObjectEventName } from './object-event.ts'
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
export { tagsOf, withTags } from './object-tags.ts'
export { blocksEverything, isPublicBucket, policyFor } from './public-access.ts'
export { type Part, type PartsCipher, partNumberMax } from './uploads.ts'
export { openWithVault } from './vault-reader.ts'
