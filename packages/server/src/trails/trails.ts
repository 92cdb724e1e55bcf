import type { Catalog, CatalogReader, Cause } from '../ports/catalog.ts'
import { type Trail, trailCollection, trailKey } from './trail.ts'

/** Where a trail is kept. */
export interface TrailPlace {
  readonly account: string
  readonly region: string
  readonly name: string
}

/** The trails of every account. Reads answer from the last durable catalogue version. */
export interface Trails {
  find(place: TrailPlace): Trail | undefined
  /** Trails of an account in every home region, by home region and name. */
  ofAccount(account: string): readonly Trail[]
  /** Home trails of `region` and, unless `withoutShadows`, the multi-region trails that show up there. */
  visibleIn(account: string, region: string, options?: { readonly withoutShadows?: boolean }): readonly Trail[]
  /** Returns `false`, changing nothing, when the place is taken. */
  create(cause: Cause, trail: Trail): Promise<boolean>
  /** Replaces a trail by what `edit` makes of its newest state; `undefined` when there is none. */
  edit(cause: Cause, place: TrailPlace, edit: (trail: Trail) => Trail): Promise<Trail | undefined>
  /** Returns whether there was one. */
  remove(cause: Cause, place: TrailPlace): Promise<boolean>
}

export function createTrails(catalog: Catalog): Trails {
  const keyOf = (place: TrailPlace) => trailKey(place.account, place.region, place.name)
  const ofAccount = (account: string) => trailsOfAccount(catalog, account)
  return {
    find: (place) => catalog.get(trailCollection, keyOf(place)),
    ofAccount,
    visibleIn: (account, region, { withoutShadows = false } = {}) =>
      ofAccount(account).filter((trail) => trail.homeRegion === region || (trail.isMultiRegion && !withoutShadows)),
    create: (cause, trail) =>
      catalog.change(cause, (draft) => {
        const key = trailKey(trail.account, trail.homeRegion, trail.name)
        if (draft.get(trailCollection, key)) return false
        draft.put(trailCollection, key, trail)
        return true
      }),
    edit: (cause, place, edit) =>
      catalog.change(cause, (draft) => {
        const trail = draft.get(trailCollection, keyOf(place))
        if (!trail) return undefined
        const edited = edit(trail)
        if (edited !== trail) draft.put(trailCollection, keyOf(place), edited)
        return edited
      }),
    remove: (cause, place) =>
      catalog.change(cause, (draft) => {
        const found = draft.get(trailCollection, keyOf(place)) !== undefined
        draft.delete(trailCollection, keyOf(place))
        return found
      }),
  }
}

/** The trails of an account in some version of the catalogue. */
export function trailsOfAccount(catalog: CatalogReader, account: string): readonly Trail[] {
  return catalog.list(trailCollection, `${account}/`).map(({ value }) => value)
}
