/**
 * Events on their way to another thread: one buffer that is handed over, not copied again, and columns of what stands
 * beside the bytes.
 */
export interface FrameBatch {
  readonly bytes: ArrayBuffer
  /** End of each event in `bytes`. */
  readonly ends: Uint32Array
  readonly positions: Float64Array
  readonly acceptedAtMs: Float64Array
  /** Index of each event's account and region in `owners`. */
  readonly ownerOf: Uint32Array
  readonly owners: readonly { readonly account: string; readonly region: string }[]
}

/** One event of a batch. */
export interface BatchedEvent {
  readonly position: number
  readonly acceptedAtMs: number
  readonly account: string
  readonly region: string
  readonly bytes: Uint8Array
}

export function packFrames(frames: readonly BatchedEvent[]): FrameBatch {
  const length = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
  const bytes = new Uint8Array(length)
  const batch = {
    bytes: bytes.buffer,
    ends: new Uint32Array(frames.length),
    positions: new Float64Array(frames.length),
    acceptedAtMs: new Float64Array(frames.length),
    ownerOf: new Uint32Array(frames.length),
    owners: [] as { account: string; region: string }[],
  }
  const numbers = new Map<string, number>()
  let end = 0
  for (const [index, frame] of frames.entries()) {
    bytes.set(frame.bytes, end)
    end += frame.bytes.length
    batch.ends[index] = end
    batch.positions[index] = frame.position
    batch.acceptedAtMs[index] = frame.acceptedAtMs
    const owner = `${frame.account}\0${frame.region}`
    let number = numbers.get(owner)
    if (number === undefined) {
      number = batch.owners.push({ account: frame.account, region: frame.region }) - 1
      numbers.set(owner, number)
    }
    batch.ownerOf[index] = number
  }
  return batch
}

/** The events of a batch; their bytes are views into its buffer. */
export function* batchedEvents(batch: FrameBatch): Generator<BatchedEvent, void, undefined> {
  let start = 0
  for (const [index, end] of batch.ends.entries()) {
    const owner = batch.owners[batch.ownerOf[index] ?? 0] ?? { account: '', region: '' }
    yield {
      position: batch.positions[index] ?? 0,
      acceptedAtMs: batch.acceptedAtMs[index] ?? 0,
      account: owner.account,
      region: owner.region,
      bytes: new Uint8Array(batch.bytes, start, end - start),
    }
    start = end
  }
}
