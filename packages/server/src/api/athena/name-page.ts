import { listPage } from '../cloudtrail/list-page.ts'
import type { Fail } from '../operation.ts'

/** A page of what has names, in their order. */
export function namePage<Item extends { readonly Name: string }>(
  items: readonly Item[],
  list: string,
  wanted: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  fail: Fail<'InvalidRequestException'>,
) {
  // In the order of their units, in which keys are compared.
  const ordered = items.toSorted((a, b) => (a.Name < b.Name ? -1 : 1))
  return listPage(ordered, { name: list, keyOf: ({ Name }) => Name }, wanted, (_, message) =>
    fail('InvalidRequestException', message),
  )
}
