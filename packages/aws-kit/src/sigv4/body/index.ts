export type { VerifiedChecksum } from './checksum.ts'
export type { DecodedPayload } from './decode-payload.ts'
export { decodePayload } from './decode-payload.ts'
export { encodeChunks, encodedLength } from './encode-chunks.ts'
