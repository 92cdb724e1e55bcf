export { createDigestKeys, type DigestKeys, type DigestSigner } from './digest-keys.ts'
