import { checksumTextLength, type VerifiedChecksum } from './checksum.ts'
import { type ChainStart, SignatureChain } from './chunk-signatures.ts'

/** What the framing is made of besides the content; grammar in aws-chunked.ts. */
export interface ChunkEncoding {
  readonly chain: ChainStart
  /** Names of trailers as announced by `x-amz-trailer`; empty for the form without. */
  readonly trailers: readonly string[]
  /** Their values; asked for when the content has ended. */
  readonly checksums: () => readonly VerifiedChecksum[]
}

/** S3 takes chunks from 8 KiB up; at this size framing is a thousandth of the content. */
const chunkBytes = 64 * 1024

const signatureLength = ';chunk-signature='.length + 64
const trailerSignatureLength = 'x-amz-trailer-signature:'.length + 64 + 2

/** Bytes on the wire of content framed by `encodeChunks`. @throws SigV4Error `checksum-invalid` for an unknown trailer */
export function encodedLength(decodedBytes: number, trailers: readonly string[]): number {
  const whole = Math.floor(decodedBytes / chunkBytes)
  const rest = decodedBytes - whole * chunkBytes
  const chunk = (bytes: number) => bytes.toString(16).length + signatureLength + 2 + bytes + 2
  const trailerBytes = trailers.map((name) => name.length + 1 + checksumTextLength(name) + 2)
  return (
    whole * chunk(chunkBytes) +
    (rest > 0 ? chunk(rest) : 0) +
    chunk(0) +
    (trailers.length > 0 ? trailerSignatureLength : 0) +
    trailerBytes.reduce((sum, bytes) => sum + bytes, 0)
  )
}

/**
 * Frames content in signed chunks of its own size. Nothing more than a chunk is held; the closing chunk is written when
 * the content has ended, so a content that throws never becomes a whole body.
 */
export async function* encodeChunks(
  content: AsyncIterable<Uint8Array>,
  { chain: start, trailers, checksums }: ChunkEncoding,
): AsyncGenerator<Uint8Array, void, void> {
  const chain = new SignatureChain(start)
  let pieces: Uint8Array[] = []
  let size = 0
  const flush = () => {
    for (const piece of pieces) chain.update(piece)
    const head = Buffer.from(`${size.toString(16)};chunk-signature=${chain.nextChunk()}\r\n`, 'latin1')
    const chunk = Buffer.concat([head, ...pieces, crlf])
    pieces = []
    size = 0
    return chunk
  }
  for await (let piece of content) {
    while (size + piece.length >= chunkBytes) {
      const part = piece.subarray(0, chunkBytes - size)
      pieces.push(part)
      size += part.length
      piece = piece.subarray(part.length)
      yield flush()
    }
    if (piece.length > 0) {
      pieces.push(piece)
      size += piece.length
    }
  }
  if (size > 0) yield flush()
  const end = `0;chunk-signature=${chain.nextChunk()}\r\n`
  yield Buffer.from(trailers.length === 0 ? `${end}\r\n` : end + trailerText(chain, trailers, checksums()), 'latin1')
}

const crlf = Buffer.from('\r\n', 'latin1')

function trailerText(chain: SignatureChain, names: readonly string[], checksums: readonly VerifiedChecksum[]): string {
  const lines = names.map((name) => `${name}:${checksums.find((one) => trailerOf(one) === name)?.value ?? ''}`)
  const signature = chain.trailer(lines.map((line) => `${line}\n`).join(''))
  return `${lines.map((line) => `${line}\r\n`).join('')}x-amz-trailer-signature:${signature}\r\n\r\n`
}

function trailerOf({ algorithm }: VerifiedChecksum): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}
