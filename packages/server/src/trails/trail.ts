import { defineCollection } from '../ports/catalog.ts'
import type { TrailSelectors } from './trail-selectors.ts'

/** `arn:<partition>:cloudtrail:<home region>:<account>:trail/<name>` */
export type TrailArn = string & { readonly brand: 'TrailArn' }

/** A trail as the catalogue keeps it. Optional members are absent when unset, never empty. */
export interface Trail {
  readonly arn: TrailArn
  readonly name: string
  readonly account: string
  readonly homeRegion: string
  readonly bucket: string
  readonly prefix?: string
  /** ARN of the KMS key under which its files are encrypted; absent where S3 encrypts them by itself. */
  readonly keyArn?: string
  readonly isMultiRegion: boolean
  readonly includesGlobalServiceEvents: boolean
  readonly validatesLogFiles: boolean
  /** When validation was switched on for a trail that had been without; absent when it had it from the start. */
  readonly validatesLogFilesSinceMs?: number
  /** Whether Cairn's own deliveries are logged by the trail they belong to. */
  readonly logsItself: boolean
  /** Which events it takes; absent until someone sets them. */
  readonly selectors?: TrailSelectors
  readonly createdAtMs: number
  readonly isLogging: boolean
  readonly startedLoggingAtMs?: number
  readonly stoppedLoggingAtMs?: number
  readonly tags: readonly Tag[]
}

export interface Tag {
  readonly key: string
  readonly value?: string
}

/** Key: `<account>/<home region>/<name>`. */
export const trailCollection = defineCollection<Trail>('trail')

/**
 * How long what a trail selected waits for its bucket to let it in, once the trail is gone. Of one that is there it waits
 * for ever: somebody may mend its bucket, or give it another.
 *
 * @source CloudTrail User Guide, on delivery to a bucket that cannot be reached: 30 days
 */
export const goneTrailWaitMsMax = 30 * 86_400_000

export function trailKey(account: string, homeRegion: string, name: string): string {
  return `${account}/${homeRegion}/${name}`
}

export function trailArn(partition: string, account: string, region: string, name: string): TrailArn {
  return `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}` as TrailArn
}
