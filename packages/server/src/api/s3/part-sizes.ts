import type { ObjectHead, ObjectRange } from '../../ports/object-store.ts'

/** Stored with an object made of parts, so that it can be read part by part. */
export const partSizesHeader = 'part-sizes'

/** Sizes in order, equal neighbours together: `8388608*2,17`. Ten thousand parts of one size are a few characters. */
export function writePartSizes(sizes: readonly number[]): string {
  const runs: { readonly size: number; count: number }[] = []
  for (const size of sizes) {
    const last = runs.at(-1)
    if (last?.size === size) last.count += 1
    else runs.push({ size, count: 1 })
  }
  return runs.map(({ size, count }) => (count === 1 ? `${size}` : `${size}*${count}`)).join(',')
}

export interface ObjectPart {
  readonly range: ObjectRange
  /** How many parts there are; absent of an object that was sent at once, which is its own first part. */
  readonly count?: number
}

/**
 * The sizes of the parts an object was made of, in order; `undefined` of one sent at once, or from before they were
 * kept.
 */
export function partsOf({ headers }: Pick<ObjectHead, 'headers'>): readonly number[] | undefined {
  return headers[partSizesHeader]?.split(',').flatMap((run) => {
    const [bytes = 0, times = 1] = run.split('*').map(Number)
    return new Array<number>(times).fill(bytes)
  })
}

/** Where a part of an object lies; `unknown` of objects made of parts before their sizes were kept. */
export function partOf({ etag, headers, size }: ObjectHead, number: number): ObjectPart | 'none' | 'unknown' {
  const count = Number(/-(\d+)"$/.exec(etag)?.[1] ?? 0)
  if (count === 0) return number === 1 ? { range: { first: 0, last: size - 1 } } : 'none'
  const sizes = headers[partSizesHeader]
  if (sizes === undefined) return 'unknown'
  let first = 0
  let left = number - 1
  for (const run of sizes.split(',')) {
    const [bytes = 0, times = 1] = run.split('*').map(Number)
    if (left < times) {
      const start = first + left * bytes
      return { range: { first: start, last: start + bytes - 1 }, count }
    }
    left -= times
    first += bytes * times
  }
  return 'none'
}
