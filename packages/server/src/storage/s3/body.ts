import { createHash } from 'node:crypto'
import { Fault } from '../../fault.ts'

/**
 * Largest object that is written. Bodies are held until they are complete: only then is it known that they are good,
 * and one request with one condition is the only write that every server makes atomic. Log files and digests are far
 * below.
 */
export const objectBytesMax = 64 * 1024 * 1024

export interface WholeBody {
  readonly bytes: Uint8Array
  /** Hex. */
  readonly md5: string
  /** Base64. */
  readonly sha256: string
}

/** @throws Fault `object.too-large-for-store` */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<WholeBody> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > objectBytesMax) throw new Fault('object.too-large-for-store', 'the object is too large', { size })
    pieces.push(piece)
  }
  const bytes = Buffer.concat(pieces)
  return {
    bytes,
    md5: createHash('md5').update(bytes).digest('hex'),
    sha256: createHash('sha256').update(bytes).digest('base64'),
  }
}
