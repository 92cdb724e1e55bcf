/** What a caller of the endpoints of stores needs: the form of their answers. Loads nothing. */
export type { FollowStatus } from './store-imports.ts'
