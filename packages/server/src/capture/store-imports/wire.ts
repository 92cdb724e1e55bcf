/** What a caller of the endpoints of stores needs: the form of their answers. Loads nothing. */

export type { DigestFinding } from './check-digest.ts'
export type { FollowStatus } from './store-imports.ts'
