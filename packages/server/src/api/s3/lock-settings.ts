import { type Bucket, defaultRetention, lockOf, type Retention, withHold, withRetention } from '../../buckets/index.ts'
import type { VersionHead } from '../../ports/object-store.ts'
import type { Call, Fail } from '../operation.ts'

export interface LockInput {
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE' | undefined
  readonly ObjectLockRetainUntilDate?: number | undefined
  readonly ObjectLockLegalHoldStatus?: 'ON' | 'OFF' | undefined
  readonly ObjectLockEventHold?: unknown
  readonly ObjectLockEventHoldDurationDays?: number | undefined
  readonly ObjectLockEventHoldDurationYears?: number | undefined
}

export function requireLock(bucket: Bucket, fail: Fail<'InvalidRequest'>): void {
  if (bucket.lock === undefined) fail('InvalidRequest', 'Bucket is missing Object Lock Configuration')
}

/** The locks a new version is written with: those asked for, else the bucket's default. */
export function newLock(
  input: LockInput,
  bucket: Bucket,
  nowMs: number,
  fail: Fail<'InvalidRequest' | 'InvalidArgument' | 'NotImplemented'>,
): Readonly<Record<string, string>> {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: untilMs, ObjectLockLegalHoldStatus: hold } = input
  if (input.ObjectLockEventHold !== undefined || input.ObjectLockEventHoldDurationDays !== undefined) {
    fail('NotImplemented', 'A header you provided implies functionality that is not implemented')
  }
  if (mode !== undefined || untilMs !== undefined || hold !== undefined) requireLock(bucket, fail)
  const held = hold === undefined ? {} : withHold(hold === 'ON')
  if (mode === undefined && untilMs === undefined) return withRetention(defaultRetention(bucket.lock, nowMs), held)
  if (mode === undefined || untilMs === undefined) {
    return fail(
      'InvalidArgument',
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    )
  }
  return withRetention(checkRetention({ mode, untilMs }, nowMs, fail), held)
}

export function checkRetention(retention: Retention, nowMs: number, fail: Fail<'InvalidArgument'>): Retention {
  if (retention.untilMs <= nowMs) fail('InvalidArgument', 'The retain until date must be in the future!')
  return retention
}

/** What readers are told of a version's locks. */
export function shownLock(head: VersionHead) {
  const { retention, isHeld } = lockOf(head)
  return {
    ...(retention && { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.untilMs }),
    ...(isHeld && { ObjectLockLegalHoldStatus: 'ON' as const }),
  }
}

/** Whether the caller asks to pass over governance; the operation's `access` then asks whether it may. */
export function wantsBypass(call: Call): boolean {
  return call.header('x-amz-bypass-governance-retention')?.toLowerCase() === 'true'
}
