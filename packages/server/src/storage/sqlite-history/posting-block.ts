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
  const steps = createSteps(blob, time, position)
  while (steps.next()) {
    times.push(steps.time)
    positions.push(steps.position)
  }
  return { times, positions }
}

/** Walks the places of a blob: `next` goes to the one after the present, and is false behind the last. */
function createSteps(blob: Uint8Array, time: number, position: number) {
  let at = 0
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
  const steps = {
    time,
    position,
    next(): boolean {
      if (at >= blob.length) return false
      const step = read()
      steps.time += step % 2 === 1 ? ((step - 1) / 2) * 1000 : step / 2
      const zigzag = read()
      steps.position += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2
      return true
    },
  }
  return steps
}

/** A block ready to be stored; `blob` is null for a single place. */
export interface EncodedBlock {
  readonly time: number
  readonly position: number
  readonly blob: Uint8Array | null
}

/** Where blobs are put together, and how far it is filled. One block is encoded at a time. */
const scratch = Buffer.allocUnsafe(blockBytesMax + 32)
let filled = 0

/**
 * Cuts ascending places into blocks. `fill`: each as full as can be, for lists that grow at their end. `even`: of
 * equal length, so that each has room when places are inserted anywhere.
 */
export function encodeBlocks(places: PostingBlock, cut: 'fill' | 'even'): EncodedBlock[] {
  const blocks = encodeUpTo(places, 0, Number.POSITIVE_INFINITY)
  return cut === 'fill' || blocks.length === 1
    ? blocks
    : encodeUpTo(places, 0, Math.ceil(places.times.length / blocks.length))
}

/**
 * Adds `places` behind the last one of a block; what it has no room for goes to new blocks. The
 * block's own places are walked, not built and encoded again. `undefined` when the first place is not behind them.
 */
export function appendToBlock(block: EncodedBlock, places: PostingBlock): EncodedBlock[] | undefined {
  const last = lastPlace(block)
  const time = places.times[0] ?? 0
  if (time < last.time || (time === last.time && (places.positions[0] ?? 0) <= last.position)) return undefined
  filled = block.blob === null ? 0 : block.blob.length
  if (block.blob !== null) scratch.set(block.blob)
  const next = encodeSteps(places, 0, places.times.length, last)
  const grown: EncodedBlock[] = next === 0 ? [] : [{ ...block, blob: Buffer.from(scratch.subarray(0, filled)) }]
  return grown.concat(encodeUpTo(places, next, Number.POSITIVE_INFINITY))
}

function lastPlace({ time, position, blob }: EncodedBlock): { readonly time: number; readonly position: number } {
  if (blob === null) return { time, position }
  const steps = createSteps(blob, time, position)
  while (steps.next());
  return steps
}

function encodeUpTo(places: PostingBlock, from: number, placesMax: number): EncodedBlock[] {
  const { times, positions } = places
  const blocks: EncodedBlock[] = []
  let start = from
  while (start < times.length) {
    const key = { time: times[start] ?? 0, position: positions[start] ?? 0 }
    filled = 0
    start = encodeSteps(places, start + 1, Math.min(times.length, start + placesMax), key)
    blocks.push({ ...key, blob: filled === 0 ? null : Buffer.from(scratch.subarray(0, filled)) })
  }
  return blocks
}

/** Writes places from `start` on, relative to `before`, until `end` or the block is full; returns the next to write. */
function encodeSteps(
  { times, positions }: PostingBlock,
  start: number,
  end: number,
  before: { readonly time: number; readonly position: number },
): number {
  let { time, position } = before
  let index = start
  for (; index < end && filled < blockBytesMax - 16; index += 1) {
    const nextTime = times[index] ?? 0
    const nextPosition = positions[index] ?? 0
    const step = nextTime - time
    writeNumber(step % 1000 === 0 ? (step / 1000) * 2 + 1 : step * 2)
    const delta = nextPosition - position
    writeNumber(delta < 0 ? -delta * 2 - 1 : delta * 2)
    time = nextTime
    position = nextPosition
  }
  return index
}

function writeNumber(value: number): void {
  let rest = value
  while (rest >= 0x80) {
    scratch[filled++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  scratch[filled++] = rest
}
