/**
 * A block of postings: places of events in ascending order of (time, position).
 *
 * ```
 * key    = time position              ; of the first place, columns of the row
 * blob   = *( time-step position-step )   ; each further place, relative to the one before
 * time-step     = varint              ; milliseconds << 1, or whole seconds << 1 | 1
 * position-step = varint              ; zigzag: positions need not ascend within time order
 * varint        = base 128, least significant group first
 * ```
 *
 * Records carry whole seconds and stand in the log nearly in time order, so a place takes about 4 bytes.
 */
export interface PostingBlock {
  readonly times: number[]
  readonly positions: number[]
}

/**
 * Bytes of a blob at most. A quarter of what an index page of 4 KiB holds, so that no block spills to an overflow
 * page (SQLite's limit is 1,002 bytes with the key).
 */
export const blockBytesMax = 920

export function decodeBlock(time: number, position: number, blob: Uint8Array | null): PostingBlock {
  const times = [time]
  const positions = [position]
  if (blob === null) return { times, positions }
  let at = 0
  let lastTime = time
  let lastPosition = position
  const read = (): number => {
    let byte = blob[at++] ?? 0
    let value = byte & 0x7f
    // Shifts are exact below 2^28; beyond, multiplication keeps all 53 bits.
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = blob[at++] ?? 0
      value += (byte & 0x7f) * scale
    }
    return value
  }
  while (at < blob.length) {
    const step = read()
    lastTime += step % 2 === 1 ? ((step - 1) / 2) * 1000 : step / 2
    const zigzag = read()
    lastPosition += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2
    times.push(lastTime)
    positions.push(lastPosition)
  }
  return { times, positions }
}

/** A block ready to be stored; `blob` is null for a single place. */
export interface EncodedBlock {
  readonly time: number
  readonly position: number
  readonly blob: Uint8Array | null
}

const scratch = Buffer.allocUnsafe(blockBytesMax + 32)

/**
 * Cuts ascending places into blocks. `fill`: each as full as can be, for lists that grow at their end. `even`: of
 * equal length, so that each has room when places are inserted anywhere.
 */
export function encodeBlocks(places: PostingBlock, cut: 'fill' | 'even'): EncodedBlock[] {
  const blocks = encodeUpTo(places, Number.POSITIVE_INFINITY)
  return cut === 'fill' || blocks.length === 1
    ? blocks
    : encodeUpTo(places, Math.ceil(places.times.length / blocks.length))
}

function encodeUpTo({ times, positions }: PostingBlock, placesMax: number): EncodedBlock[] {
  const blocks: EncodedBlock[] = []
  let start = 0
  while (start < times.length) {
    let at = 0
    const write = (value: number): void => {
      let rest = value
      while (rest >= 0x80) {
        scratch[at++] = (rest % 128) | 0x80
        rest = Math.floor(rest / 128)
      }
      scratch[at++] = rest
    }
    const time = times[start] ?? 0
    const position = positions[start] ?? 0
    let end = start + 1
    let lastTime = time
    let lastPosition = position
    for (; end < times.length && end - start < placesMax && at < blockBytesMax - 16; end += 1) {
      const nextTime = times[end] ?? 0
      const nextPosition = positions[end] ?? 0
      const step = nextTime - lastTime
      write(step % 1000 === 0 ? (step / 1000) * 2 + 1 : step * 2)
      const delta = nextPosition - lastPosition
      write(delta < 0 ? -delta * 2 - 1 : delta * 2)
      lastTime = nextTime
      lastPosition = nextPosition
    }
    blocks.push({ time, position, blob: at === 0 ? null : Buffer.from(scratch.subarray(0, at)) })
    start = end
  }
  return blocks
}
