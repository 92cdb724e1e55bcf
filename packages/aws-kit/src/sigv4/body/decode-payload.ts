import { createHash } from 'node:crypto'
import type { Authentication } from '../signed-request.ts'
import type { SigningKey } from '../signing-key.ts'
import { SigV4Error } from '../sigv4-error.ts'
import { readChunks } from './aws-chunked.ts'
import { BodyReader } from './body-reader.ts'
import { ChecksumSet, type VerifiedChecksum } from './checksum.ts'
import { SignatureChain } from './chunk-signatures.ts'

/** The content of a body. It may be iterated once. */
export interface DecodedPayload extends AsyncIterable<Uint8Array> {
  /** What the client announced and the bytes proved; empty until the iteration has ended without an error. */
  readonly checksums: readonly VerifiedChecksum[]
}

/**
 * Takes the framing off a streamed body and verifies everything its head announced: hash, chunk and trailer
 * signatures, checksums in headers and trailers, decoded length. A wrong byte makes the iteration throw, at once or at
 * the end: whatever was made of earlier bytes must not become visible before the iteration has ended.
 *
 * `key` is the one the head was verified with; signed chunks need it. `unverified` takes their framing off and leaves
 * their signatures alone: for a server that accepts any credentials and so has no key. Errors come from the iteration,
 * also those about announced checksums, so that a caller has one place to handle them.
 */
export function decodePayload(
  request: Authentication,
  body: AsyncIterable<Uint8Array>,
  key?: SigningKey | 'unverified',
): DecodedPayload {
  let verified: readonly VerifiedChecksum[] = []
  return {
    get checksums() {
      return verified
    },
    async *[Symbol.asyncIterator]() {
      const reader = new BodyReader(body)
      try {
        const checksums = new ChecksumSet(request.headers)
        for await (const piece of readContent(request, reader, checksums, key)) {
          checksums.update(piece)
          yield piece
        }
        verified = checksums.verify()
      } catch (error) {
        throw withClaim(error, request)
      } finally {
        await reader.close()
      }
    },
  }
}

async function* readContent(
  request: Authentication,
  reader: BodyReader,
  checksums: ChecksumSet,
  key: SigningKey | 'unverified' | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const { payload } = request
  if (payload.kind === 'chunks') {
    const framing = { signed: payload.signed, trailer: payload.trailer, decodedBytes: payload.decodedBytes }
    if (!payload.signed || key === 'unverified') return yield* readChunks(reader, framing, checksums)
    if (request.kind !== 'signed' || key === undefined) throw new SigV4Error('signature-mismatch')
    return yield* readChunks(reader, { ...framing, chain: new SignatureChain({ ...request, key }) }, checksums)
  }
  const hash = payload.kind === 'hash' ? createHash('sha256') : undefined
  for (let piece = await reader.some(Infinity); piece !== undefined; piece = await reader.some(Infinity)) {
    hash?.update(piece)
    yield piece
  }
  if (payload.kind === 'hash' && hash?.digest('hex') !== payload.sha256) throw new SigV4Error('payload-hash-mismatch')
}

function withClaim(error: unknown, request: Authentication): unknown {
  if (!(error instanceof SigV4Error) || request.kind !== 'signed') return error
  return new SigV4Error(error.reason, error.fields, {
    presigned: request.via === 'query',
    accessKeyId: request.accessKeyId,
  })
}
