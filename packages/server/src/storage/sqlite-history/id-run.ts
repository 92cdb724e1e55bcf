/**
 * Ids of events in ascending order of their keys, as one batch brought them.
 *
 * ```
 * blob = *key *position *content     ; f64, f64, i64, in the byte order of the machine: an index does not travel
 * ```
 */
export interface IdRun {
  readonly keys: Float64Array<ArrayBuffer>
  readonly positions: Float64Array<ArrayBuffer>
  /** 64 bits of each content's hash. */
  readonly contents: BigInt64Array<ArrayBuffer>
}

export interface IndexedId {
  readonly key: number
  readonly position: number
  readonly content: bigint
}

const columnBytes = 8

/** Ids in any order, by columns of equal length. */
export interface GatheredIds {
  readonly keys: readonly number[]
  readonly positions: readonly number[]
  readonly contents: readonly bigint[]
}

/** Brings ids into order. */
export function idRun({ keys, positions, contents }: GatheredIds): IdRun {
  const run = decodeRun(new Uint8Array(keys.length * 3 * columnBytes))
  const order = Uint32Array.from(keys, (_, index) => index)
  order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || (positions[a] ?? 0) - (positions[b] ?? 0))
  for (const [index, from] of order.entries()) {
    run.keys[index] = keys[from] ?? 0
    run.positions[index] = positions[from] ?? 0
    run.contents[index] = contents[from] ?? 0n
  }
  return run
}

export function encodeRun(run: IdRun): Uint8Array {
  return new Uint8Array(run.keys.buffer)
}

export function decodeRun(blob: Uint8Array): IdRun {
  // A buffer of its own: columns must begin at a multiple of eight bytes.
  const { buffer } = blob.slice()
  const count = Math.floor(buffer.byteLength / (3 * columnBytes))
  return {
    keys: new Float64Array(buffer, 0, count),
    positions: new Float64Array(buffer, count * columnBytes, count),
    contents: new BigInt64Array(buffer, count * 2 * columnBytes, count),
  }
}

/** Index of the first key at or above `key`. */
export function lowerBound({ keys }: IdRun, key: number): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] ?? 0) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The ids of a run whose keys lie in `[from, to)`. */
export function* idsBetween(run: IdRun, from: number, to: number): Generator<IndexedId, void, undefined> {
  for (let index = lowerBound(run, from); (run.keys[index] ?? to) < to; index += 1) {
    yield { key: run.keys[index] ?? 0, position: run.positions[index] ?? 0, content: run.contents[index] ?? 0n }
  }
}
