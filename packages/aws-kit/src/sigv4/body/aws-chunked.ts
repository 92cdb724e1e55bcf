import { SigV4Error } from '../sigv4-error.ts'
import type { BodyReader } from './body-reader.ts'
import type { ChecksumSet } from './checksum.ts'
import { SignatureChain } from './chunk-signatures.ts'

/*
 * Body     = Chunk* LastChunk ( CRLF | Trailer* [ "x-amz-trailer-signature:" 64HEX CRLF ] CRLF )
 * Chunk    = HEX+ [ ";chunk-signature=" 64HEX ] CRLF bytes CRLF
 * LastChunk = "0" [ ";chunk-signature=" 64HEX ] CRLF
 * Trailer  = name ":" value CRLF
 *
 * Some clients end the trailers with LF alone and put an empty line before their signature; both are taken.
 */

/** 16 hex digits, the signature's name and value. */
const chunkHeaderBytesMax = 128
/** S3 refuses smaller chunks but the last; it also bounds what framing and signatures can cost us. */
const chunkBytesMin = 8192
const trailerBytesMax = 4096

export interface Framing {
  /** Whether every chunk carries a signature. */
  readonly signed: boolean
  /** Verifies them; absent where nobody has the key. */
  readonly chain?: SignatureChain
  readonly trailer: boolean
  readonly decodedBytes: number
}

/**
 * Takes S3's framing off a body and verifies every signature on the way. What was yielded of a chunk is proven only
 * when the next piece comes or the iteration ends.
 *
 * @throws SigV4Error `chunk-malformed`, `chunk-too-small`, `body-incomplete`, `signature-mismatch`,
 * `trailer-malformed`, `checksum-invalid`
 */
export async function* readChunks(
  reader: BodyReader,
  framing: Framing,
  checksums: ChecksumSet,
): AsyncGenerator<Uint8Array, void, void> {
  let left = framing.decodedBytes
  let isLastData = false
  for (;;) {
    const { bytes, signature } = readChunkHeader(await reader.line(chunkHeaderBytesMax), framing.signed)
    if (bytes > left) throw new SigV4Error('chunk-malformed')
    if (bytes > 0 && isLastData) throw new SigV4Error('chunk-too-small')
    isLastData = bytes < chunkBytesMin
    for (let open = bytes; open > 0; ) {
      const piece = await reader.some(open)
      if (piece === undefined) throw new SigV4Error('body-incomplete')
      open -= piece.length
      framing.chain?.update(piece)
      yield piece
    }
    left -= bytes
    if (framing.chain !== undefined) SignatureChain.require(signature, framing.chain.nextChunk())
    if (bytes === 0) break
    if ((await reader.line(1)) !== '') throw new SigV4Error('chunk-malformed')
  }
  if (left > 0) throw new SigV4Error('body-incomplete')
  if (framing.trailer) await readTrailers(reader, framing, checksums)
  else if ((await reader.line(1)) !== '') throw new SigV4Error('chunk-malformed')
  await reader.end()
}

const signedHeader = /^([0-9a-f]{1,16});chunk-signature=([0-9a-f]{64})$/i
const unsignedHeader = /^[0-9a-f]{1,16}$/i

function readChunkHeader(line: string, isSigned: boolean): { readonly bytes: number; readonly signature: string } {
  const match = (isSigned ? signedHeader : unsignedHeader).exec(line)
  if (match === null) throw new SigV4Error('chunk-malformed')
  return { bytes: Number.parseInt(match[1] ?? line, 16), signature: match[2] ?? '' }
}

const signatureName = 'x-amz-trailer-signature'

async function readTrailers(
  reader: BodyReader,
  { signed: isSigned, chain }: Framing,
  checksums: ChecksumSet,
): Promise<void> {
  let signed = ''
  let signature: string | undefined
  for (let left = trailerBytesMax; ; ) {
    const line = await readTrailerLine(reader, left)
    left -= line.length + 1
    if (line === '') {
      // Before the signature an empty line means nothing; the budget still shrinks, so it ends.
      if (!isSigned || signature !== undefined) break
      continue
    }
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1)
    if (colon < 1 || signature !== undefined) throw new SigV4Error('trailer-malformed')
    if (name === signatureName && isSigned) signature = value
    else {
      checksums.setValue(name, value)
      signed += `${name}:${value}\n`
    }
  }
  if (chain !== undefined) SignatureChain.require(signature ?? '', chain.trailer(signed))
}

async function readTrailerLine(reader: BodyReader, bytesMax: number): Promise<string> {
  try {
    return await reader.line(bytesMax)
  } catch (error) {
    if (error instanceof SigV4Error && error.reason === 'chunk-malformed') throw new SigV4Error('trailer-malformed')
    throw error
  }
}
