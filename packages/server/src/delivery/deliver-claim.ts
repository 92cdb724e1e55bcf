import { hash } from 'node:crypto'
import { fileSuffix, logFileKey, type PlannedFile, planFiles } from '@cairn/core/log-file'
import type { Clock } from '../ports/clock.ts'
import type { Claim, ClaimName, DeliveredFile, SelectedRun } from '../ports/delivery-plan.ts'
import type { EventLog } from '../ports/event-log.ts'
import { createFileCompressor } from './compress-file.ts'
import type { FileBucket, PutResult } from './file-bucket.ts'
import type { RecentRecords } from './recent-records.ts'

/**
 * Bytes of records in one file; the real service's limit is 50 MB. Many readers hold a file in memory, and so do we
 * while it is compressed.
 */
export const fileBytesMax = 4 * 1024 * 1024

export interface ClaimDelivery {
  readonly claim: Claim
  readonly trailArn: string
  readonly trailAccount: string
  /** ARN of the trail's KMS key. */
  readonly keyArn?: string
}

export interface WrittenFile extends DeliveredFile {
  readonly bytes: number
  readonly compressedBytes: number
  readonly events: number
  readonly put: PutResult
  /** ARN of the KMS key it is encrypted under. */
  readonly keyArn?: string
}

export interface ClaimDeliverer {
  /**
   * Puts the files of a claim. Repeating it after any failure writes nothing twice: what a file holds and what it is
   * called follow from the claim alone.
   */
  deliver(delivery: ClaimDelivery, onWritten: (file: WrittenFile) => Promise<void>): Promise<readonly WrittenFile[]>
}

export function createClaimDeliverer(options: {
  readonly log: EventLog
  readonly recent: RecentRecords
  readonly bucket: FileBucket
  readonly clock: Clock
  readonly telemetry: {
    /** Events of a claim that the log no longer has: their trail will never have them. */
    eventsMissing(facts: { readonly trail: string; readonly events: number }): void
  }
}): ClaimDeliverer {
  const { log, recent, bucket, clock, telemetry } = options
  const compressFile = createFileCompressor()

  async function recordsOf(runs: readonly SelectedRun[], trailArn: string): Promise<readonly Uint8Array[]> {
    const records: Uint8Array[] = []
    let missing = 0
    for (const { positions } of runs) {
      const known = positions.map((position) => recent.find(position))
      const fetched = await log.fetch(positions.filter((_, index) => known[index] === undefined))
      let next = 0
      for (const bytes of known) {
        const record = bytes ?? fetched[next++]?.bytes
        if (record === undefined) missing += 1
        else records.push(record)
      }
    }
    if (missing > 0) telemetry.eventsMissing({ trail: trailArn, events: missing })
    return records
  }

  async function deliverFile(
    { claim, trailArn, trailAccount, keyArn }: ClaimDelivery,
    file: PlannedFile<SelectedRun>,
    place: number,
  ): Promise<WrittenFile | undefined> {
    const { lane, newestEventMs, oldestEventMs } = file
    const { target } = claim
    const key = keyOf(claim, file, place)
    const destined = {
      target,
      account: lane.account,
      trailArn,
      trailAccount,
      ...(keyArn !== undefined && { keyArn }),
    }
    // Before anything is read and compressed in vain, for hours perhaps.
    bucket.require({ ...destined, key })
    const records = await recordsOf(file.runs, trailArn)
    if (records.length === 0) return undefined
    // As each run of the compressor gives the same bytes, their number is that of a file found as well.
    const { contentBytes, sha256, bytes } = await compressFile(records)
    const earlier = await foundEarlier(claim, file, { place, sha256 })
    const put =
      earlier?.put ?? (await bucket.put({ ...destined, key, bytes, sha256, writtenBy: `delivery-${claim.salt}` }))
    return {
      trail: trailArn,
      ...lane,
      bucket: earlier?.bucket ?? target.bucket,
      key: earlier?.key ?? key,
      sha256,
      newestEventMs,
      oldestEventMs,
      confirmedAtMs: clock.nowMs(),
      storedAtMs: put.storedAtMs,
      bytes: contentBytes,
      compressedBytes: bytes.length,
      events: records.length,
      put,
      ...(keyArn !== undefined && { keyArn }),
    }
  }

  /** A file that one of the claim's earlier destinations took: putting it into the present one would be a second copy. */
  async function foundEarlier(
    { earlier }: Claim,
    file: PlannedFile<SelectedRun>,
    { place, sha256 }: { readonly place: number; readonly sha256: string },
  ) {
    for (const name of earlier) {
      const key = keyOf(name, file, place)
      const put = await bucket.find({ target: name.target, key, sha256 })
      if (put !== undefined) return { bucket: name.target.bucket, key, put }
    }
    return undefined
  }

  return {
    async deliver(delivery, onWritten) {
      const written: WrittenFile[] = []
      // One after the other: the bound of memory. Several claims are under way at once.
      for (const [place, file] of planFiles(delivery.claim.runs, fileBytesMax).entries()) {
        const done = await deliverFile(delivery, file, place)
        if (done === undefined) continue
        await onWritten(done)
        written.push(done)
      }
      return written
    },
  }
}

/** What a file of a claim is called under one of the claim's names; the same at every attempt. */
function keyOf({ salt, target }: ClaimName, { lane, newestEventMs }: PlannedFile<SelectedRun>, place: number): string {
  const suffix = fileSuffix(hash('sha256', `${salt} ${place}`, 'buffer'))
  return logFileKey({ lane, prefix: target.prefix, newestEventMs, suffix })
}
