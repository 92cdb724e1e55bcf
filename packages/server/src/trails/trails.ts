import type { Catalog, CatalogReader, Cause } from '../ports/catalog.ts'
import { type Trail, trailCollection, trailKey } from './trail.ts'

/** Where a trail is kept. */
export interface TrailPlace {
  readonly account: string
  readonly region: string
  readonly name: string
}

/** Why a trail cannot be made. */
export type Obstacle =
  | { readonly kind: 'name-taken' }
  | { readonly kind: 'too-many'; readonly region: string; readonly count: number }

/** The trails of every account. Reads answer from the last durable catalogue version. */
export interface Trails {
  find(place: TrailPlace): Trail | undefined
  /** Trails of an account in every home region, by home region and name. */
  ofAccount(account: string): readonly Trail[]
  /** The trails of every account. */
  all(): readonly Trail[]
  /** Home trails of `region` and, unless `withoutShadows`, the multi-region trails that show up there. */
  visibleIn(account: string, region: string, options?: { readonly withoutShadows?: boolean }): readonly Trail[]
  /** What is in the way of a new trail; `undefined` when nothing is. `perRegionMax` bounds the trails seen in a region. */
  obstacle(trail: Trail, perRegionMax?: number): Obstacle | undefined
  /** Adds the trail; or answers what is in the way, changing nothing. */
  create(cause: Cause, trail: Trail, perRegionMax?: number): Promise<Obstacle | undefined>
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
    all: () => catalog.list(trailCollection).map(({ value }) => value),
    visibleIn: (account, region, { withoutShadows = false } = {}) =>
      ofAccount(account).filter((trail) => (withoutShadows ? trail.homeRegion === region : isSeenIn(trail, region))),
    obstacle: (trail, perRegionMax) => obstacleTo(trail, catalog, perRegionMax),
    create: (cause, trail, perRegionMax) =>
      catalog.change(cause, (draft) => {
        const obstacle = obstacleTo(trail, draft, perRegionMax)
        if (!obstacle) draft.put(trailCollection, keyOfTrail(trail), trail)
        return obstacle
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

/** A trail of all regions shows up in each. */
function isSeenIn(trail: Trail, region: string): boolean {
  return trail.isMultiRegion || trail.homeRegion === region
}

function keyOfTrail({ account, homeRegion, name }: Trail): string {
  return trailKey(account, homeRegion, name)
}

function obstacleTo(
  trail: Trail,
  catalog: CatalogReader,
  perRegionMax = Number.POSITIVE_INFINITY,
): Obstacle | undefined {
  if (catalog.get(trailCollection, keyOfTrail(trail))) return { kind: 'name-taken' }
  const others = trailsOfAccount(catalog, trail.account)
  // A trail of all regions needs room in each; those that are nobody's home are no fuller than its own.
  const regions = new Set([
    trail.homeRegion,
    ...(trail.isMultiRegion ? others.map(({ homeRegion }) => homeRegion) : []),
  ])
  for (const region of regions) {
    const count = others.filter((other) => isSeenIn(other, region)).length
    if (count >= perRegionMax) return { kind: 'too-many', region, count }
  }
  return undefined
}
