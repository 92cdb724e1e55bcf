import type { ListedFile } from '../ports/delivery-plan.ts'

/** What digests need to know of delivery. */
export interface DeliveredFiles {
  /** Files of a trail and region in the order of their confirmation, with ids above `after`. */
  files(question: {
    readonly trail: string
    readonly region: string
    readonly after?: number
    readonly limit: number
  }): Promise<readonly ListedFile[]>
  /** Files up to `through`, inclusive, are on digests: they may be forgotten. */
  forgetFiles(question: { readonly trail: string; readonly region: string; readonly through: number }): Promise<void>
  /** Regions in which a trail delivered, or has something to deliver, since it was made. */
  regionsOf(trail: { readonly arn: string; readonly createdAtMs: number }): readonly string[]
  /** Whether nothing that a trail selected before it stopped, or was deleted, is still on its way. */
  isDrained(trail: {
    readonly arn: string
    readonly createdAtMs: number | undefined
    readonly stoppedLoggingAtMs?: number
  }): boolean
}
