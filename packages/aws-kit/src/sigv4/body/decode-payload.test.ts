import published from '@cairn/testkit/cases/sigv4/streams.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { readAuthentication } from '../authentication.ts'
import type { SignedRequest } from '../signed-request.ts'
import { deriveSigningKey } from '../signing-key.ts'
import { SigV4Error } from '../sigv4-error.ts'
import { verifyRequest } from '../verify.ts'
import { decodePayload } from './decode-payload.ts'

const content = published.content.letter.repeat(published.content.times)
type Case = (typeof published.cases)[number]

function bodyOf(stream: Case): Buffer {
  let body = ''
  let at = 0
  for (const { bytes, signature } of stream.chunks) {
    body += `${bytes.toString(16)};chunk-signature=${signature}\r\n${content.slice(at, at + bytes)}`
    at += bytes
    if (bytes > 0 || stream.trailer === undefined) body += '\r\n'
  }
  if (stream.trailer !== undefined) {
    body += `${stream.trailer}\r\nx-amz-trailer-signature:${stream.trailerSignature}\r\n\r\n`
  }
  return Buffer.from(body, 'latin1')
}

function authenticate(stream: Case) {
  const request = readAuthentication(stream, Date.parse(stream.now))
  if (request.kind !== 'signed') throw new TypeError('the request is anonymous')
  const key = deriveSigningKey(stream.secretAccessKey, request.scope)
  verifyRequest(request, key)
  return { request, key }
}

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces)
}

const unsigned = (headers: Record<string, string>) => {
  const request = readAuthentication(
    { method: 'PUT', path: '/b/k', query: '', headers: ['host', 'h', ...Object.entries(headers).flat()] },
    0,
  )
  return (body: string | Uint8Array, size = 7) => decodePayload(request, inPieces(Buffer.from(body), size))
}

const trailing = (decodedBytes: number, trailer = 'x-amz-checksum-crc32') =>
  unsigned({
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': String(decodedBytes),
    'x-amz-trailer': trailer,
  })

describe('streams published by AWS', () => {
  for (const stream of published.cases) {
    it.each([1000, 65_536, 1_000_000])(`decode, arriving in pieces of %i bytes: ${stream.name}`, async (size) => {
      const { request, key } = authenticate(stream)
      const decoded = await collect(decodePayload(request, inPieces(bodyOf(stream), size), key))
      expect(decoded.toString()).toBe(content)
    })

    it(`refuse any byte changed, anywhere: ${stream.name}`, async () => {
      const { request, key } = authenticate(stream)
      const body = bodyOf(stream)
      // Every byte of framing, signatures and trailers, and a few of the content.
      const positions = [...Array(100).keys(), 40_000, ...Array.from({ length: 120 }, (_, i) => 65_600 + i)]
      for (let at = body.length - 350; at < body.length; at++) positions.push(at)
      for (const position of positions) {
        const changed = Buffer.from(body)
        changed[position] = (changed[position] ?? 0) ^ 1
        const outcome = await collect(decodePayload(request, inPieces(changed, 65_536), key)).then(
          () => `byte ${position} was accepted`,
          (error: unknown) => error,
        )
        expect(outcome).toBeInstanceOf(SigV4Error)
      }
    })

    it(`refuse to end early or late: ${stream.name}`, async () => {
      const { request, key } = authenticate(stream)
      const body = bodyOf(stream)
      for (const length of [0, 1, 80, 90, 65_600, 66_000, body.length - 100, body.length - 2, body.length - 1]) {
        const cut = decodePayload(request, inPieces(body.subarray(0, length), 65_536), key)
        await expect(collect(cut), `${length} bytes`).rejects.toThrow('body-incomplete')
      }
      const longer = Buffer.concat([body, Buffer.from('x')])
      await expect(collect(decodePayload(request, inPieces(longer, 65_536), key))).rejects.toThrow('chunk-malformed')
    })

    it(`cannot be verified without the key: ${stream.name}`, async () => {
      const { request } = authenticate(stream)
      await expect(collect(decodePayload(request, inPieces(bodyOf(stream), 65_536)))).rejects.toThrow(
        'signature-mismatch',
      )
    })
  }
})

describe('an unsigned stream with a trailer', () => {
  const otherCrc32 = 'y/U6HA=='

  it('gives its content and the checksum it proved', async () => {
    const decoded = trailing(9)(`9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n`)
    expect((await collect(decoded)).toString()).toBe('123456789')
    expect(decoded.checksums).toEqual([{ algorithm: 'CRC32', value: 'y/Q5Jg==' }])
  })

  it.each([
    ['another checksum', `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${otherCrc32}\r\n\r\n`, 'checksum-mismatch'],
    ['no checksum', '9\r\n123456789\r\n0\r\n\r\n', 'trailer-malformed'],
    ['a checksum of the wrong length', '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAA=\r\n\r\n', 'checksum-invalid'],
    ['a trailer that was not announced', '9\r\n123456789\r\n0\r\nx-amz-meta-a:b\r\n\r\n', 'trailer-malformed'],
    [
      'a checksum twice',
      '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n',
      'trailer-malformed',
    ],
    ['endless trailers', `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${'a'.repeat(5000)}`, 'trailer-malformed'],
    ['fewer bytes than announced', '8\r\n12345678\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n', 'body-incomplete'],
    ['more bytes than announced', 'a\r\n1234567890\r\n0\r\n', 'chunk-malformed'],
    ['a huge chunk', 'ffffffffffffffff\r\n1', 'chunk-malformed'],
    ['a chunk header that does not end', '9'.repeat(1000), 'chunk-malformed'],
    ['a chunk size that is no number', '-1\r\n', 'chunk-malformed'],
    ['a small chunk that is not the last', '4\r\n1234\r\n5\r\n56789\r\n', 'chunk-too-small'],
    ['a chunk without its line end', '9\r\n123456789X0\r\n', 'chunk-malformed'],
  ])('refuses %s', async (_, body, reason) => {
    await expect(collect(trailing(9)(body))).rejects.toThrow(reason)
  })

  it('refuses checksums it cannot compute instead of ignoring them', async () => {
    await expect(collect(trailing(9, 'x-amz-checksum-xxhash64')('9\r\n123456789\r\n'))).rejects.toThrow(
      'checksum-invalid',
    )
  })
})

describe('a body in one piece', () => {
  it.each([
    ['x-amz-checksum-crc32', 'y/Q5Jg=='],
    ['x-amz-checksum-crc32c', '4waSgw=='],
    ['x-amz-checksum-crc64nvme', 'rosUhgp5mIg='],
    ['x-amz-checksum-sha1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
    ['x-amz-checksum-sha256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
    ['content-md5', 'JfnnlDI7RTiF9RgfG2JNCw=='],
  ])('is held against %s', async (header, value) => {
    const decoded = unsigned({ [header]: value })('123456789')
    expect((await collect(decoded)).toString()).toBe('123456789')
    expect(decoded.checksums).toMatchObject([{ value }])
    await expect(collect(unsigned({ [header]: value })('123456780'))).rejects.toThrow('checksum-mismatch')
  })

  it('is held against the announced hash', async () => {
    const sha256 = '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'
    const decode = unsigned({ 'x-amz-content-sha256': sha256 })
    expect((await collect(decode('123456789'))).toString()).toBe('123456789')
    await expect(collect(decode('123456780'))).rejects.toThrow('payload-hash-mismatch')
  })

  it('tells its source when the reader stops early', async () => {
    let isClosed = false
    async function* source() {
      try {
        yield Buffer.from('one')
        yield Buffer.from('two')
      } finally {
        isClosed = true
      }
    }
    const request: SignedRequest | ReturnType<typeof readAuthentication> = readAuthentication(
      { method: 'PUT', path: '/', query: '', headers: [] },
      0,
    )
    for await (const _ of decodePayload(request, source())) break
    expect(isClosed).toBe(true)
  })
})
