export { checkObjects } from './check-objects.ts'
export { createLocalBucketStore, type LocalBucketOptions } from './local-bucket.ts'
