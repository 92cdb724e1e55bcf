import { hourOf } from '@cairn/core/digest'
import type { Trail } from '../trails/index.ts'
import type { ChainRecord } from './chain-record.ts'

/** The later of the start of logging and the moment in which digests were switched on for a trail that logged. */
export function sinceOf(trail: Trail): number {
  return Math.max(trail.startedLoggingAtMs ?? trail.createdAtMs, trail.validatesLogFilesSinceMs ?? 0)
}

/** The chain of a region that has none yet; of a trail with digests since `sinceMs`. */
export function beginChain(trail: Trail, region: string, sinceMs: number, nowMs: number): ChainRecord {
  const { arn, account, name, homeRegion, bucket, prefix, keyArn } = trail
  // A region that comes into use later joins at the boundary before: all chains of a trail end at the same second.
  const beginsAtMs = Math.max(sinceMs, hourOf(nowMs, sinceMs).startMs)
  const place = { bucket, ...(prefix !== undefined && { prefix }), ...(keyArn !== undefined && { keyArn }) }
  return {
    trail: arn,
    account,
    trailName: name,
    homeRegion,
    region,
    ...place,
    sinceMs,
    beginsAtMs,
    isClosed: false,
    through: -1,
  }
}

/** The record as the trail now wants it; the same object when nothing changed. */
export function followTrail(record: ChainRecord, trail: Trail, sinceMs: number): ChainRecord {
  if (record.isClosed && record.sinceMs === sinceMs) return record
  const { prefix: _, keyArn: ___, ...rest } = record
  const { bucket, prefix, keyArn } = trail
  const moved =
    record.bucket === bucket && record.prefix === prefix && record.keyArn === keyArn
      ? record
      : { ...rest, bucket, ...(prefix !== undefined && { prefix }), ...(keyArn !== undefined && { keyArn }) }
  if (!record.isClosed) return moved
  const { last: __, ...ended } = moved
  return { ...ended, isClosed: false, sinceMs, beginsAtMs: sinceMs }
}
