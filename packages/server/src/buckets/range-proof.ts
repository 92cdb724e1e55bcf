import { createHash, createHmac, type Hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { ObjectRange } from '../ports/object-store.ts'

/*
 * What lets a range of an encrypted body be believed without reading all of it: hashes of its pieces, kept beside it
 * and authenticated with the object's data key.
 *
 *   proof  := level "." hashes "." mac         both base64
 *   piece  := 64 KiB * 2^level of the body, the last one what is left
 *   hash   := first 16 bytes of SHA-256 over the SHA-256s (16 bytes each) of the piece's segments of 64 KiB
 *   mac    := HMAC-SHA256 over size (8 bytes), level (1 byte) and hashes, under HKDF(data key, nonce)
 *
 * The level is the least with which there are at most 512 pieces, so the proof has at most 11 kB. Tags between the
 * pieces of the body would do without a proof, but then sizes and ranges would no longer be those of the plain object.
 */

const segmentBytes = 64 * 1024
const hashBytes = 16
const piecesMax = 512

/** Which key authenticates the proof, and of which object. */
export interface ProofKey {
  readonly dataKey: Uint8Array
  readonly nonce: Uint8Array
}

/** Hashes a body as it goes by. */
export function createRangeProver() {
  const segments: Buffer[] = []
  let hash: Hash = createHash('sha256')
  let filled = 0
  let size = 0

  function closeSegment(): void {
    segments.push(hash.digest().subarray(0, hashBytes))
    hash = createHash('sha256')
    filled = 0
  }

  return {
    update(chunk: Uint8Array): void {
      size += chunk.length
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + segmentBytes - filled)
        hash.update(part)
        filled += part.length
        at += part.length
        if (filled === segmentBytes) closeSegment()
      }
    },
    /** Once, when all of the body went by. */
    proof(key: ProofKey): string {
      if (filled > 0) closeSegment()
      let level = 0
      while (segments.length > piecesMax * 2 ** level) level += 1
      const perPiece = 2 ** level
      const hashes: Buffer[] = []
      for (let at = 0; at < segments.length; at += perPiece) hashes.push(joined(segments.slice(at, at + perPiece)))
      const all = Buffer.concat(hashes)
      return `${level}.${all.toString('base64')}.${mac(key, { size, level, hashes: all }).toString('base64')}`
    },
  }
}

export interface RangeProof {
  /** The whole pieces that hold a range; inclusive ends, within the body. */
  covering(range: ObjectRange): ObjectRange
  readonly pieceBytes: number
  /** Whether these bytes are the piece that begins at `offset`, a multiple of `pieceBytes`. */
  holds(piece: Uint8Array, offset: number): boolean
}

/** Reads a proof; `undefined` when it is not of this body, or not made with this key. */
export function readRangeProof(text: string, size: number, key: ProofKey): RangeProof | undefined {
  const [levelText = '', hashesText = '', macText = ''] = text.split('.')
  const level = Number(levelText)
  const hashes = Buffer.from(hashesText, 'base64')
  const given = Buffer.from(macText, 'base64')
  if (!/^\d{1,2}$/.test(levelText)) return undefined
  const expected = mac(key, { size, level, hashes })
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const pieceBytes = segmentBytes * 2 ** level
  return {
    pieceBytes,
    covering({ first, last }) {
      const end = (Math.floor(last / pieceBytes) + 1) * pieceBytes
      return { first: Math.floor(first / pieceBytes) * pieceBytes, last: Math.min(end, size) - 1 }
    },
    holds(piece, offset) {
      const segments: Buffer[] = []
      for (let at = 0; at < piece.length; at += segmentBytes) {
        const segment = piece.subarray(at, at + segmentBytes)
        segments.push(createHash('sha256').update(segment).digest().subarray(0, hashBytes))
      }
      const at = (offset / pieceBytes) * hashBytes
      return joined(segments).equals(hashes.subarray(at, at + hashBytes))
    },
  }
}

function joined(segments: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(segments)).digest().subarray(0, hashBytes)
}

function mac(
  { dataKey, nonce }: ProofKey,
  { size, level, hashes }: { readonly size: number; readonly level: number; readonly hashes: Uint8Array },
): Buffer {
  const key = Buffer.from(hkdfSync('sha256', dataKey, nonce, 'cairn object ranges', 32))
  const head = Buffer.alloc(9)
  head.writeBigUInt64BE(BigInt(size))
  head.writeUInt8(level, 8)
  return createHmac('sha256', key).update(head).update(hashes).digest()
}
