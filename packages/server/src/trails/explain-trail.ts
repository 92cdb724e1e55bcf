import { explain } from '@cairn/core/selectors'
import type { Trail } from './trail.ts'
import type { TrailEvent } from './trail-event.ts'
import { type OutOfReach, outOfReach } from './trail-reach.ts'
import { meaningOf } from './trail-selectors.ts'

/** Why a trail takes an event or does not. */
export interface TrailExplanation {
  readonly trail: string
  readonly name: string
  readonly isSelected: boolean
  /** Why nothing of the event reaches the trail, whatever its selectors say; empty when they decide. */
  readonly obstacles: readonly string[]
  /** One for each selector the trail has; basic ones count once for management and once for each kind of resource. */
  readonly selectors: readonly SelectorExplanation[]
}

export interface SelectorExplanation {
  readonly name?: string
  readonly matches: boolean
  /** One sentence for each field. */
  readonly reasons: readonly string[]
}

export function explainTrail(trail: Trail, event: TrailEvent, isLive: boolean): TrailExplanation {
  const unreached = outOfReach(trail, event)
  const obstacles = [
    ...(isLive ? [] : ['the event was imported: imported events are searched and never delivered']),
    ...(unreached === undefined ? [] : [sentences[unreached](trail, event)]),
  ]
  const selectors = meaningOf(trail.selectors).map((selector): SelectorExplanation => {
    const { matches, reasons } = explain(selector, event.selectable)
    const { name } = selector
    return { ...(name !== undefined && { name }), matches, reasons: reasons.map(({ text }) => text) }
  })
  const isSelected = obstacles.length === 0 && selectors.some(({ matches }) => matches)
  return { trail: trail.arn, name: trail.name, isSelected, obstacles, selectors }
}

const sentences: Readonly<Record<OutOfReach, (trail: Trail, event: TrailEvent) => string>> = {
  'other-account': (trail, event) => `the trail is of account ${trail.account}, the event of ${event.account}`,
  'not-logging': () => 'the trail was not logging',
  'other-region': (trail, event) =>
    `the trail takes events of ${trail.homeRegion} only, this one is of ${event.region}`,
  'global-service': () => 'the trail leaves out events of global services',
  'own-delivery': () => 'the trail leaves out what CloudTrail itself writes',
}
