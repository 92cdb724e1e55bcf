import type { DigestLink } from '@cairn/core/digest'
import { defineCollection } from '../ports/catalog.ts'
import type { TrailArn } from '../trails/index.ts'
import type { BucketSettings } from './bucket-settings.ts'
import type { Finding } from './finding.ts'

export interface ReadBackFinding extends Finding {
  /** When it was first found. */
  readonly sinceMs: number
}

/** What the last read-back of a trail found. */
export interface ReadBackReport {
  readonly trail: TrailArn
  readonly checkedAtMs: number
  /** Digests and log files that were looked at. */
  readonly objects: number
  readonly findings: readonly ReadBackFinding[]
}

/** With what the next one goes on from. */
export interface ReadBackRecord extends ReadBackReport {
  /** Whose settings these are. */
  readonly bucket: string
  readonly settings: BucketSettings
  /** By region: the older digest to go on with. */
  readonly cursors: Readonly<Record<string, DigestLink>>
}

/** By trail. */
export const readBackCollection = defineCollection<ReadBackRecord>('read-back', { keepsHistory: false })
