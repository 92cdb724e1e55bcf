import { Fault } from '../fault.ts'
import type { VersionHead } from '../ports/object-store.ts'

/*
 * Locks of versions. Two attributes of a version hold them, so they live and die with it:
 *
 *   retention   mode, blank, epoch milliseconds until which it holds
 *   hold        "ON", or "OFF" once it was taken off
 *
 * They are asked where a version would be destroyed, under the store's lock on the key, by clients and by expiration
 * alike. Hiding a version behind a delete marker destroys nothing and is always allowed.
 */

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE'

export interface Retention {
  readonly mode: RetentionMode
  /** Exclusive. */
  readonly untilMs: number
}

export interface BucketLock {
  /** Given to each new version that names no retention of its own. */
  readonly defaultRetention?: { readonly mode: RetentionMode; readonly days: number }
}

export interface VersionLock {
  readonly retention?: Retention
  readonly isHeld: boolean
}

export type Attributes = Readonly<Record<string, string>>

const dayMs = 24 * 60 * 60 * 1000

export function lockOf({ attributes }: Pick<VersionHead, 'attributes'>): VersionLock {
  const [mode, until] = attributes.retention?.split(' ') ?? []
  const isHeld = attributes.hold === 'ON'
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || until === undefined) return { isHeld }
  return { isHeld, retention: { mode, untilMs: Number(until) } }
}

export function withRetention(retention: Retention | undefined, attributes: Attributes = {}): Attributes {
  const { retention: _, ...rest } = attributes
  return retention ? { ...rest, retention: `${retention.mode} ${retention.untilMs}` } : rest
}

export function withHold(isHeld: boolean, attributes: Attributes = {}): Attributes {
  return { ...attributes, hold: isHeld ? 'ON' : 'OFF' }
}

/** The retention a new version gets from its bucket. */
export function defaultRetention(lock: BucketLock | undefined, nowMs: number): Retention | undefined {
  const given = lock?.defaultRetention
  return given && { mode: given.mode, untilMs: nowMs + given.days * dayMs }
}

/**
 * Refuses to destroy a version that is locked. `mayBypass`: the caller asked to pass over governance, and may.
 *
 * @throws Fault `object.locked`
 */
export function lockGuard(
  nowMs: number,
  { mayBypass }: { readonly mayBypass: boolean },
): (version: VersionHead) => void {
  return (version) => {
    const { retention, isHeld } = lockOf(version)
    const isRetained =
      retention !== undefined && retention.untilMs > nowMs && !(retention.mode === 'GOVERNANCE' && mayBypass)
    if (isHeld || isRetained) throw new Fault('object.locked', 'the version is locked', { key: version.key })
  }
}

/** Whether a retention may take the place of another: a running one may only be made stricter or longer. */
export function mayReplaceRetention(
  current: Retention | undefined,
  next: Retention | undefined,
  { nowMs, mayBypass }: { readonly nowMs: number; readonly mayBypass: boolean },
): boolean {
  if (current === undefined || current.untilMs <= nowMs) return true
  if (current.mode === 'GOVERNANCE' && mayBypass) return true
  if (next === undefined || next.untilMs < current.untilMs) return false
  return current.mode === 'GOVERNANCE' || next.mode === 'COMPLIANCE'
}
