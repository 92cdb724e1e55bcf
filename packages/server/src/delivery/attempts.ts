import { Fault } from '../fault.ts'
import type { TrailLife } from '../ports/delivery-plan.ts'

/** The last attempt to deliver in one region. */
export interface Attempt {
  readonly attemptedAtMs: number
  /** As `LatestDeliveryError` shows it; absent after a success. */
  readonly error?: string
}

/**
 * How the last attempt of each trail and region went. In memory only: after a restart the first attempt comes at once,
 * and until then the plan still knows the last success.
 */
export interface Attempts {
  note(life: TrailLife, regions: Iterable<string>, attempt: Attempt): void
  of(life: TrailLife, region: string): Attempt | undefined
  forget(life: TrailLife): void
}

export function createAttempts(): Attempts {
  const attempts = new Map<TrailLife, Map<string, Attempt>>()
  return {
    note(life, regions, attempt) {
      const known = attempts.get(life) ?? new Map<string, Attempt>()
      attempts.set(life, known)
      for (const region of regions) known.set(region, attempt)
    },
    of: (life, region) => attempts.get(life)?.get(region),
    forget: (life) => void attempts.delete(life),
  }
}

/** An error as S3 would name it. */
export function deliveryErrorCode(error: unknown): string {
  if (!(error instanceof Fault)) return 'InternalError'
  if (error.code === 'delivery.refused' || error.code === 'trail.key-refused') return String(error.fields.reason)
  // What another store said, or that it says nothing.
  if (error.code === 'object.store-refused') return String(error.fields.code)
  if (error.code === 'object.store-unreachable') return 'ServiceUnavailable'
  return error.code === 'object.disk-full' || error.code === 'delivery.plan-full'
    ? 'ServiceUnavailable'
    : 'InternalError'
}
