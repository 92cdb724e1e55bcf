export { createDigestKeys, type DigestKeys, type DigestSigner, type PublicDigestKey } from './digest-keys.ts'
