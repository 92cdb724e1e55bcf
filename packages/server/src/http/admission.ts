import type { Clock } from '../ports/clock.ts'
import { type ApiError, failure } from './api-error.ts'

export interface AdmissionLimits {
  readonly sourceRequestsPerSecond: number
  readonly accountRequestsPerSecond: number
}

/** Keeps one noisy source address or account from taking the time of its neighbours. */
export interface Admission {
  /** Counts a request of this source address. @throws ApiError `throttled` above its rate */
  admitSource(address: string): void
  /** Counts a request of this account, once the caller is proven. @throws ApiError `throttled` */
  admitAccount(account: string): void
}

export function createAdmission(clock: Clock, limits: AdmissionLimits): Admission {
  const sources = createRates(clock, limits.sourceRequestsPerSecond)
  const accounts = createRates(clock, limits.accountRequestsPerSecond)
  return {
    admitSource(address) {
      if (!sources.take(address)) throw tooMany()
    },
    admitAccount(account) {
      if (!accounts.take(account)) throw tooMany()
    },
  }
}

/** Buckets are forgotten all at once when there are this many: an attacker with many addresses costs bounded memory. */
const bucketsMax = 65_536

/** Token buckets that hold one second's worth and fill evenly. */
function createRates(clock: Clock, perSecond: number): { take(name: string): boolean } {
  const buckets = new Map<string, { tokens: number; filledAtMs: number }>()
  return {
    take(name) {
      const nowMs = clock.nowMs()
      let bucket = buckets.get(name)
      if (bucket === undefined) {
        if (buckets.size >= bucketsMax) buckets.clear()
        bucket = { tokens: perSecond, filledAtMs: nowMs }
        buckets.set(name, bucket)
      }
      // A clock set back fills nothing; it must not empty the bucket either.
      const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs)
      bucket.tokens = Math.min(perSecond, bucket.tokens + (elapsedMs * perSecond) / 1000)
      bucket.filledAtMs = nowMs
      if (bucket.tokens < 1) return false
      bucket.tokens -= 1
      return true
    },
  }
}

function tooMany(): ApiError {
  return failure('throttled', 'Rate exceeded')
}
