import type { LogFileKind } from '@cairn/core/log-file'
import type { ClaimName, PlanTrail, SelectedRun, Target, TrailLife } from '../../ports/delivery-plan.ts'
import { decodePositions } from './position-codec.ts'

type Row = Readonly<Record<string, unknown>>

export function targetOf(row: Row): Target {
  return { bucket: String(row.bucket), ...(row.prefix !== null && { prefix: String(row.prefix) }) }
}

export function claimNameOf(row: Row): ClaimName {
  return { salt: String(row.salt), target: targetOf(row) }
}

/** What a claim was redirected from. */
export function earlierOf({ earlier }: Row): readonly ClaimName[] {
  return earlier === null ? [] : (JSON.parse(String(earlier)) as readonly ClaimName[])
}

export function trailOf(row: Row): PlanTrail {
  return {
    life: String(row.life) as TrailLife,
    arn: String(row.arn),
    account: String(row.account),
    target: targetOf(row),
    ...(row.key_arn !== null && { keyArn: String(row.key_arn) }),
    listsFiles: row.lists_files === 1,
  }
}

export function runOf(row: Row): SelectedRun {
  return {
    lane: { account: String(row.account), region: String(row.region), kind: String(row.kind) as LogFileKind },
    bytes: Number(row.bytes),
    newestEventMs: Number(row.newest_event_ms),
    oldestEventMs: Number(row.oldest_event_ms),
    acceptedAtMs: Number(row.accepted_ms),
    positions: decodePositions(Number(row.first_position), row.positions as Uint8Array),
  }
}
