export { type Tag, type Trail, type TrailArn, trailArn } from './trail.ts'
export { trailNameProblem } from './trail-name.ts'
export { readTrailReference, type TrailReference } from './trail-reference.ts'
export { createTrails, type Trails, trailsOfAccount } from './trails.ts'
