import { compileSelectors, type SelectorMatcher } from '@cairn/core/selectors'
import type { Catalog, CatalogReader } from '../ports/catalog.ts'
import type { Trail } from './trail.ts'
import type { TrailEvent } from './trail-event.ts'
import { outOfReach } from './trail-reach.ts'
import { meaningOf } from './trail-selectors.ts'
import { trailsOfAccount } from './trails.ts'

/** The catalogue versions an event carries: it is selected if either of them selects it. */
export interface EventVersions {
  readonly catalogVersion: number
  readonly catalogVersionAfter?: number | undefined
}

/** Tells which trails take an event. One for the whole installation; every consumer asks the same one. */
export interface TrailMatcher {
  /** Whether the account has any trail that logs, at either version: without one, events need not be looked at. */
  concerns(account: string, versions: EventVersions): boolean
  /**
   * The trails that take the event, each once, as they were at its version. A version that is no longer kept answers
   * as the newest does; consumers whose cursor holds their versions never see that.
   *
   * @throws Fault `trail.selectors-refused`
   */
  match(event: TrailEvent, versions: EventVersions): readonly Trail[]
}

/** Versions and accounts that are remembered; when full, all go and those in use come back. */
const versionsMax = 64
const accountsMax = 1_024

interface AccountMatcher {
  readonly isLogging: boolean
  match(event: TrailEvent): readonly Trail[]
}

/**
 * Most versions change no trail: an account whose trails are the same documents as in the version asked before keeps
 * its compiled selectors.
 */
export function createTrailMatcher(catalog: Catalog): TrailMatcher {
  const byVersion = new Map<number, Map<string, AccountMatcher>>()
  const latest = new Map<string, { readonly trails: readonly Trail[]; readonly matcher: AccountMatcher }>()

  function accountMatcher(reader: CatalogReader, account: string): AccountMatcher {
    const trails = trailsOfAccount(reader, account)
    const known = latest.get(account)
    if (known && isSame(known.trails, trails)) return known.matcher
    const matcher = compileAccount(trails)
    if (latest.size >= accountsMax) latest.clear()
    latest.set(account, { trails, matcher })
    return matcher
  }

  function matcherAt(version: number, account: string): AccountMatcher {
    let accounts = byVersion.get(version)
    if (!accounts) {
      if (byVersion.size >= versionsMax) byVersion.clear()
      accounts = new Map()
      byVersion.set(version, accounts)
    }
    let matcher = accounts.get(account)
    if (!matcher) {
      matcher = accountMatcher(catalog.at(version) ?? catalog, account)
      if (accounts.size >= accountsMax) accounts.clear()
      accounts.set(account, matcher)
    }
    return matcher
  }

  return {
    concerns: (account, { catalogVersion, catalogVersionAfter = catalogVersion }) =>
      matcherAt(catalogVersion, account).isLogging || matcherAt(catalogVersionAfter, account).isLogging,
    match(event, { catalogVersion, catalogVersionAfter = catalogVersion }) {
      const before = matcherAt(catalogVersion, event.account).match(event)
      if (catalogVersionAfter === catalogVersion) return before
      const arns = new Set(before.map(({ arn }) => arn))
      return [
        ...before,
        ...matcherAt(catalogVersionAfter, event.account)
          .match(event)
          .filter(({ arn }) => !arns.has(arn)),
      ]
    },
  }
}

/** The catalogue hands out the same frozen document until it changes. */
function isSame(left: readonly Trail[], right: readonly Trail[]): boolean {
  return left.length === right.length && left.every((trail, index) => trail === right[index])
}

/**
 * Trails are compiled together, once for each set of them that an event can reach: one set for each region that is
 * home to a trail of its own, and one for all other regions. Compiled at the first event that needs it.
 */
function compileAccount(trails: readonly Trail[]): AccountMatcher {
  const logging = trails.filter(({ isLogging }) => isLogging)
  if (logging.length === 0) return { isLogging: false, match: () => [] }
  const homes = new Set(logging.filter(({ isMultiRegion }) => !isMultiRegion).map(({ homeRegion }) => homeRegion))
  const elsewhere: SelectorMatcher<Trail>[] = []
  const atHome = new Map([...homes].map((region) => [region, [] as SelectorMatcher<Trail>[]]))
  return { isLogging: true, match }

  function match(event: TrailEvent): readonly Trail[] {
    const compiled = atHome.get(event.region) ?? elsewhere
    const nth = (event.isGlobalService ? 1 : 0) + (event.isOwnDelivery ? 2 : 0)
    let matcher = compiled[nth]
    if (!matcher) {
      const reached = logging.filter((trail) => outOfReach(trail, event) === undefined)
      matcher = compileSelectors(reached.map((trail) => ({ id: trail, selectors: meaningOf(trail.selectors) })))
      compiled[nth] = matcher
    }
    return matcher.match(event.selectable)
  }
}
