export { type TrailBucket, trailBucketPolicy } from './trail-bucket-policy.ts'
