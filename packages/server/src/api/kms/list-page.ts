import { pageOf } from '../../identity/index.ts'
import type { Fail } from '../operation.ts'

/** A page of a list of KMS's, in the order of `keyOf`. */
export function listPage<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  wanted: { readonly Marker?: string | undefined; readonly Limit?: number | undefined },
  fail: Fail<'InvalidMarkerException'>,
): {
  readonly items: readonly Item[]
  readonly members: { readonly Truncated: boolean; readonly NextMarker?: string }
} {
  const page = pageOf(items, keyOf, { Marker: wanted.Marker, MaxItems: wanted.Limit }, (_, message) =>
    fail('InvalidMarkerException', message),
  )
  const { marker } = page
  return {
    items: page.items,
    members: { Truncated: page.isTruncated, ...(marker !== undefined && { NextMarker: marker }) },
  }
}
