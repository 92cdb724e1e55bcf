import type { Readable, Transform } from 'node:stream'
import { createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { Fault } from '../../fault.ts'
import { inOnePiece, statedBytes } from '../../runtime/one-piece.ts'

/** How much a compressed file may grow. Nothing of it is held in memory, so this bounds time, not space. */
export interface InflateLimits {
  /** Real log files expand 10 to 60 times. */
  readonly ratioMax: number
  /** Below this the ratio is not looked at: small files of equal records compress very well. */
  readonly freeBytes: number
  readonly bytesMax: number
}

export const inflateLimits: InflateLimits = {
  ratioMax: 250,
  freeBytes: 64 * 1024 * 1024,
  bytesMax: 64 * 1024 * 1024 * 1024,
}

type Encoding = 'gzip' | 'zstd' | 'none'

/** Told by the first bytes, never by the name. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  return 'none'
}

/** Most log files are this small; one call inflates them without the cost of a stream. */
const smallInputMax = 256 * 1024
const smallOutputMax = 4 * 1024 * 1024

/**
 * The content of a small compressed file; `undefined` when it is not small, or broken: then `inflate` brings what
 * can be brought.
 */
export function inflateSmall(bytes: Uint8Array, encoding: Exclude<Encoding, 'none'>): Buffer<ArrayBuffer> | undefined {
  return bytes.length > smallInputMax ? undefined : inflateUpTo(smallOutputMax, bytes, encoding)
}

/** Log files hold at most 50 MB of records; what people join together may be larger and is then read in pieces. */
const wholeOutputMax = 256 * 1024 * 1024

/** The content of a file at once, for a thread of its own; `undefined` when it is very large, or broken. */
export function wholeContent(bytes: Buffer): Buffer | undefined {
  const encoding = encodingOf(bytes)
  return encoding === 'none' ? bytes : inflateUpTo(wholeOutputMax, bytes, encoding)
}

function inflateUpTo(
  maxOutputLength: number,
  bytes: Uint8Array,
  encoding: Exclude<Encoding, 'none'>,
): Buffer<ArrayBuffer> | undefined {
  try {
    if (encoding === 'zstd') return unzstd(bytes, maxOutputLength)
    return gunzipSync(bytes, inOnePiece(Math.min(statedBytes(bytes), maxOutputLength), maxOutputLength))
  } catch {
    return undefined
  }
}

/** All frames. Node 24 ends with the first, without a word; `info` tells how far it read. */
function unzstd(bytes: Uint8Array, maxOutputLength: number): Buffer<ArrayBuffer> | undefined {
  const frames: Buffer<ArrayBuffer>[] = []
  for (let from = 0, room = maxOutputLength; from < bytes.length; ) {
    const options = { maxOutputLength: Math.max(1, room), info: true }
    // What `info` changes is not in the types.
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(from), options) as unknown as Inflated
    if (engine.bytesWritten === 0) return undefined
    frames.push(buffer)
    room -= buffer.length
    from += engine.bytesWritten
  }
  return frames.length === 1 ? frames[0] : Buffer.concat(frames)
}

interface Inflated {
  readonly buffer: Buffer<ArrayBuffer>
  readonly engine: { readonly bytesWritten: number }
}

/**
 * The content of a compressed file, piece by piece; several gzip members or zstd frames follow each other as if they
 * were one.
 *
 * @throws Fault `import.compression-cut` at the end of a file that was cut short, after all that it holds
 * @throws Fault `import.corrupt-compression` where the content cannot be told any more
 * @throws Fault `import.expands-too-much`
 */
export async function* inflate(
  input: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'none'>,
  limits: InflateLimits,
): AsyncGenerator<Uint8Array> {
  let read = 0
  let written = 0
  // What one step brings is lost when the damage is in it, so steps are small where a small broken file is read.
  const counted = async function* () {
    for await (const piece of input) {
      for (let from = 0; from < piece.length; ) {
        const step = piece.subarray(from, from + (read < smallInputMax ? 1024 : 64 * 1024))
        from += step.length
        read += step.length
        yield step
      }
    }
  }
  const steps = counted()
  let isAllGiven = false
  try {
    for (let left: Uint8Array | undefined, isFirst = true; isFirst || left !== undefined; isFirst = false) {
      const stream = encoding === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
      const fed = feed(left, steps, stream, encoding).then(
        (behind) => {
          isAllGiven = behind === undefined
          stream.end()
          return behind
        },
        (cause) => {
          // A failure of the caller's input must not look like an end.
          stream.destroy(cause)
          return undefined
        },
      )
      try {
        for await (const piece of piecesBeforeFailure(stream)) {
          written += piece.length
          const allowed = Math.min(limits.bytesMax, Math.max(limits.freeBytes, read * limits.ratioMax))
          if (written > allowed) throw new Fault('import.expands-too-much', 'file expands too much', { read, written })
          yield piece
        }
        left = await fed
      } finally {
        stream.destroy()
      }
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    if (isAllGiven && (cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') {
      throw new Fault('import.compression-cut', 'compressed data ends too early', { read, written }, { cause })
    }
    throw new Fault('import.corrupt-compression', 'compressed data is damaged', { read, written }, { cause })
  } finally {
    // Not waited for: what it waits for may come late.
    steps.return(undefined).catch(() => {})
  }
}

const options = { chunkSize: 128 * 1024 }

/**
 * Writes `left` and all pieces and waits until the last one is worked off: what a step brings is lost when it is also
 * the one that finds the end missing. Node 24 stops taking at the end of a zstd frame: returns what is left behind it.
 */
async function feed(
  left: Uint8Array | undefined,
  pieces: AsyncGenerator<Uint8Array>,
  stream: Transform & { readonly bytesWritten: number },
  encoding: Exclude<Encoding, 'none'>,
): Promise<Uint8Array | undefined> {
  let taken = Promise.resolve()
  let given = 0
  // Not `for await`, which would end the pieces when it is left.
  for (let piece = left ?? (await nextOf(pieces)); piece !== undefined; piece = await nextOf(pieces)) {
    if (stream.destroyed) return undefined
    let hasRoom = false
    const written = piece
    taken = new Promise<void>((resolve) => {
      hasRoom = stream.write(written, () => resolve())
    })
    given += piece.length
    if (encoding === 'gzip') {
      if (!hasRoom) await taken
    } else {
      await taken
      const behind = given - stream.bytesWritten
      if (behind > 0 && !stream.destroyed) return piece.subarray(piece.length - behind)
    }
  }
  await taken
  return undefined
}

async function nextOf(pieces: AsyncGenerator<Uint8Array>): Promise<Uint8Array | undefined> {
  const { value, done } = await pieces.next()
  return done ? undefined : value
}

/** Pieces that may wait for the reader before the stream pauses. */
const piecesWaitingMax = 4

/** Like iterating the stream, but what it gave before it failed is not thrown away. */
async function* piecesBeforeFailure(stream: Readable): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = []
  let outcome: { readonly failure?: unknown } | undefined
  let wake = (): void => {}
  stream.on('data', (piece: Uint8Array) => {
    if (waiting.push(piece) >= piecesWaitingMax) stream.pause()
    wake()
  })
  stream.on('end', () => {
    outcome ??= {}
    wake()
  })
  stream.on('error', (failure) => {
    outcome ??= { failure }
    wake()
  })
  for (;;) {
    const piece = waiting.shift()
    if (piece !== undefined) {
      yield piece
      continue
    }
    if (outcome !== undefined) {
      if ('failure' in outcome) throw outcome.failure
      return
    }
    const news = new Promise<void>((resolve) => {
      wake = resolve
    })
    stream.resume()
    await news
  }
}
