export { createDigestBucket } from './digest-bucket.ts'
export { createIntegrity, type Integrity } from './integrity.ts'
