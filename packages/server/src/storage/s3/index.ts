export { createS3Store, objectBytesMax, type S3Credentials, type S3StoreOptions } from './s3-store.ts'
