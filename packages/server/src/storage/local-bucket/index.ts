export { createLocalBucketStore, type LocalBucketOptions } from './local-bucket.ts'
