/** The beginning of a body, kept for naming and recording, and the body as it was. */
export interface BodyHead {
  readonly bytes: Uint8Array
  /** Whether `bytes` is all of it. */
  readonly isWhole: boolean
  /** The body from its first byte; may be read once. Plain bytes when it is here whole. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
  /** To be called when `bytes` is no longer needed. */
  release(): void
}

/** Memory that heads of bodies may take together, so that many callers at once cost no more than it. */
export interface HeadBudget {
  take(bytes: number): boolean
  give(bytes: number): void
}

export function createHeadBudget(bytesMax: number): HeadBudget {
  let taken = 0
  return {
    take(bytes) {
      if (taken + bytes > bytesMax) return false
      taken += bytes
      return true
    },
    give(bytes) {
      taken -= bytes
    },
  }
}

/** What a record shows of parameters or response elements is at most 100 KB; more of a body is never looked at. */
export const headBytesMax = 128 * 1024

/** A body of which nothing is kept. */
export function unreadHead(body: Uint8Array | AsyncIterable<Uint8Array>): BodyHead {
  return { bytes: emptyBody, isWhole: false, body, release: () => {} }
}

/** A body that has nothing in it, or of which nothing was read. */
export const emptyBody = new Uint8Array(0)

/**
 * Reads until the body ends, more than `bytesMax` are here or the budget is spent. Pieces are handed on as they came;
 * nothing is copied but the head of a body that came in several.
 */
export async function readHead(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  bytesMax: number,
  budget: HeadBudget,
): Promise<BodyHead> {
  if (body instanceof Uint8Array) {
    return { bytes: body.subarray(0, bytesMax), isWhole: body.byteLength <= bytesMax, body, release: () => {} }
  }
  const source = body[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let size = 0
  let taken = 0
  const release = () => budget.give(taken)
  try {
    while (size <= bytesMax) {
      const next = await source.next()
      if (next.done) {
        const bytes = joined(pieces, size)
        return { bytes, isWhole: true, body: bytes, release }
      }
      const piece = next.value
      size += piece.byteLength
      pieces.push(piece)
      if (!budget.take(piece.byteLength)) break
      taken += piece.byteLength
    }
  } catch (error) {
    release()
    throw error
  }
  const bytes = joined(pieces, size).subarray(0, bytesMax)
  return { bytes, isWhole: false, body: joinedWith(pieces, source), release }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = pieces
  return pieces.length === 1 && only ? only : Buffer.concat(pieces, size)
}

async function* joinedWith(
  pieces: Uint8Array[],
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    for (let piece = pieces.shift(); piece; piece = pieces.shift()) yield piece
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  } finally {
    await source.return?.()
  }
}
