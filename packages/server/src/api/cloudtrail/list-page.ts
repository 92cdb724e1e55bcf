import type { Fail } from '../operation.ts'

/** @source CloudTrail API Reference: the most a page holds, and what it holds unless asked otherwise */
const pageItemsMax = 1000

/**
 * A page of what is kept in the order of `keyOf`. The token names the last key of the page before and what the list is
 * of: entries that come and go between two pages neither repeat nor hide others.
 */
export function listPage<Item>(
  items: readonly Item[],
  list: { readonly name: string; keyOf(item: Item): string },
  wanted: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  fail: Fail<'InvalidNextTokenException'>,
): { readonly items: readonly Item[]; readonly members: { readonly NextToken?: string } } {
  const { NextToken: token, MaxResults: itemsMax = pageItemsMax } = wanted
  const after = token === undefined ? undefined : readToken(token, list.name, fail)
  const rest = after === undefined ? items : items.filter((item) => list.keyOf(item) > after)
  const page = rest.slice(0, itemsMax)
  const last = page.at(-1)
  if (last === undefined || page.length === rest.length) return { items: page, members: {} }
  const next = JSON.stringify([list.name, list.keyOf(last)])
  return { items: page, members: { NextToken: Buffer.from(next).toString('base64url') } }
}

function readToken(token: string, name: string, fail: Fail<'InvalidNextTokenException'>): string {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (Array.isArray(read) && read.length === 2 && read[0] === name && typeof read[1] === 'string') return read[1]
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return fail('InvalidNextTokenException', 'The token is not valid, or was given for another request.')
}
