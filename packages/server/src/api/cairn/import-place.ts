import { parseMoment } from '@cairn/core/lookup'
import type { FollowRequest, StoreImports } from '../../capture/store-imports/index.ts'
import { Fault } from '../../fault.ts'
import type { EndpointAnswer } from '../endpoint.ts'
import { refused } from './refused.ts'

export interface ImportPlace extends FollowRequest {
  readonly untilMs?: number
}

/**
 * Reads where to import from: `store`, `bucket`, `prefix`, `account` for records that name none, `since` and `until` as
 * look-ups take them, and the `queue` that announces new files, which is for follows only.
 */
export function importPlace(
  query: URLSearchParams,
  nowMs: number,
  storeImports: StoreImports,
): { readonly place: ImportPlace } | { readonly refusal: EndpointAnswer } {
  const text = (name: string) => query.get(name) ?? undefined
  const [account, since, until, queue] = [text('account'), text('since'), text('until'), text('queue')]
  const sinceMs = since === undefined ? undefined : parseMoment(since, nowMs)
  const untilMs = until === undefined ? undefined : parseMoment(until, nowMs, 'end')
  if ((since !== undefined && sinceMs === undefined) || (until !== undefined && untilMs === undefined)) {
    return { refusal: refused('InvalidTime', 'since and until take 2024-05-01, 2024-05-01T12:00:00Z, -30d or now') }
  }
  const place: ImportPlace = {
    store: text('store') ?? '',
    bucket: text('bucket') ?? '',
    prefix: text('prefix') ?? '',
    ...(account !== undefined && { account }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(queue !== undefined && { queue }),
  }
  try {
    storeImports.check(place)
    return { place }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { refusal: refused(error.code, error.message) }
  }
}
