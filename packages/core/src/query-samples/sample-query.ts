/** A ready-made statement of Lake's SQL. */
export interface SampleQuery {
  /** What it finds, in a few words; unique. */
  readonly name: string
  readonly description: string
  /** Words that people search by and that stand in neither of the two. */
  readonly keywords?: string
  /** Kind of event data store it is for; `events` when absent. */
  readonly kind?: 'events' | 'activity' | 'insights'
  /** `$EDS_ID` stands for the table. Bounds of time are days before now. */
  readonly sql: string
}
