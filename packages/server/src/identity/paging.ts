import type { Refuse } from './refuse.ts'

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly isTruncated: boolean
  /** Where the next page goes on. */
  readonly marker?: string
}

/** @source IAM API Reference: 100 items unless asked otherwise, 1000 at most (which the model checks) */
const pageItemsDefault = 100

/**
 * The page of `items`, which are in the order of `keyOf`, that follows `marker`. The marker names the last key of the
 * page before, so entries that come and go between two pages neither repeat nor hide others.
 */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  wanted: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
  refuse: Refuse<'ValidationError'>,
): Page<Item> {
  const after = wanted.Marker === undefined ? undefined : readMarker(wanted.Marker, refuse)
  const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) > after)
  if (start < 0) return { items: [], isTruncated: false }
  const page = items.slice(start, start + (wanted.MaxItems ?? pageItemsDefault))
  const last = page.at(-1)
  if (last === undefined || start + page.length >= items.length) return { items: page, isTruncated: false }
  return { items: page, isTruncated: true, marker: writeMarker(keyOf(last)) }
}

const markerPrefix = 'after:'

function writeMarker(key: string): string {
  return Buffer.from(markerPrefix + key).toString('base64url')
}

function readMarker(marker: string, refuse: Refuse<'ValidationError'>): string {
  const text = Buffer.from(marker, 'base64url').toString('utf8')
  if (!text.startsWith(markerPrefix)) refuse('ValidationError', 'Invalid Marker.')
  return text.slice(markerPrefix.length)
}
