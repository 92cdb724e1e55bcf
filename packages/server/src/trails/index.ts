export { createEventExplainer, type EventExplainer, type ExplainedEvent } from './event-explainer.ts'
export type { SelectorExplanation, TrailExplanation } from './explain-trail.ts'
export { goneTrailWaitMsMax, type Tag, type Trail, type TrailArn, trailArn } from './trail.ts'
export { createTrailEncryption, sampleFileKey, type TrailEncryption, trailKeyContext } from './trail-encryption.ts'
export { placedEvent, type TrailEvent, trailEvent } from './trail-event.ts'
export { createTrailMatcher, type EventVersions, type TrailMatcher } from './trail-matcher.ts'
export { trailNameProblem } from './trail-name.ts'
export { outOfReach } from './trail-reach.ts'
export { readTrailReference } from './trail-reference.ts'
export {
  defaultTrailSelectors,
  judgeTrailSelectors,
  meaningOf,
  reaches,
  type TrailSelectors,
} from './trail-selectors.ts'
export { createTrails, type Obstacle, type Trails } from './trails.ts'
export { type TrialPart, trySelectors } from './try-selectors.ts'
