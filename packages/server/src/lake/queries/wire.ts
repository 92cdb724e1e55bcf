/** What a caller of the query endpoint needs: the form of the lines it answers. Loads nothing. */
export type { QueryEvent, ShownColumn } from './query-event.ts'
