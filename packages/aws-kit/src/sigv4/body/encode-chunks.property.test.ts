import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readAuthentication } from '../authentication.ts'
import { type Signed, signRequest } from '../sign.ts'
import { decodePayload } from './decode-payload.ts'
import { encodeChunks, encodedLength } from './encode-chunks.ts'

const nowMs = Date.UTC(2026, 10, 23)
const form = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'

function signedHead(content: Uint8Array, hasTrailer: boolean): Signed {
  return signRequest({
    method: 'PUT',
    path: '/bucket/key',
    headers: {
      host: 'store.example',
      'x-amz-decoded-content-length': String(content.length),
      ...(hasTrailer && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    },
    payload: hasTrailer ? `${form}-TRAILER` : form,
    service: 's3',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    nowMs,
  })
}

async function* inPieces(content: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const cut of [...cuts, content.length]) {
    const to = Math.min(content.length, from + cut)
    yield content.subarray(from, to)
    from = to
  }
}

async function all(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}

it('frames any content, however it arrives, as the verifier reads it, and as long as foretold', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 200_000 }),
      fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 4 }),
      fc.boolean(),
      async (size, cuts, hasTrailer) => {
        const content = createHash('shake256', { outputLength: size }).update('content').digest()
        const head = signedHead(content, hasTrailer)
        const crc = Buffer.alloc(4)
        crc.writeUInt32BE(crc32(content))
        const trailers = hasTrailer ? ['x-amz-checksum-crc32'] : []
        const wire = await all(
          encodeChunks(inPieces(content, cuts), {
            chain: { ...head, key: head.signingKey },
            trailers,
            checksums: () => [{ algorithm: 'CRC32', value: crc.toString('base64') }],
          }),
        )
        expect(wire.length).toBe(encodedLength(size, trailers))
        const request = { method: 'PUT', path: '/bucket/key', query: '', headers: Object.entries(head.headers).flat() }
        const decoded = decodePayload(readAuthentication(request, nowMs), inPieces(wire, cuts), head.signingKey)
        expect((await all(decoded)).equals(content)).toBe(true)
      },
    ),
    { numRuns: 25 },
  )
})

it('never ends a body whose content broke off', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(100)
    throw new RangeError('broke off')
  }
  const head = signedHead(new Uint8Array(200), false)
  const sent: Uint8Array[] = []
  const encode = async () => {
    const encoding = { chain: { ...head, key: head.signingKey }, trailers: [], checksums: () => [] }
    for await (const part of encodeChunks(broken(), encoding)) sent.push(part)
  }
  await expect(encode()).rejects.toThrow('broke off')
  expect(Buffer.concat(sent).includes('0;chunk-signature')).toBe(false)
})
