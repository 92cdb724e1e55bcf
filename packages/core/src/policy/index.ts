export { type ImportRole, importRoleDocuments } from './import-role.ts'
export { type ResultBucket, resultBucketPolicy } from './result-bucket-policy.ts'
export { type TrailBucket, trailBucketPolicy } from './trail-bucket-policy.ts'
export { type TrailKey, trailKeyPolicy } from './trail-key-policy.ts'
