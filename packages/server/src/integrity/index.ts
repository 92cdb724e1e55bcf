export type { DeliveredFiles } from './delivered-files.ts'
export { createDigestBucket } from './digest-bucket.ts'
export { createIntegrity, type DigestStatus, type Integrity, type IntegrityTelemetry } from './integrity.ts'
