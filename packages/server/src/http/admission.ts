import { sourceNetwork } from '../pipeline/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Quotas, Rate } from '../quotas/index.ts'
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
  /** Counts a call against the quota of its operation, where there is one. @throws ApiError `throttled` */
  admitOperation(call: OperationCall): void
}

export interface OperationCall {
  readonly service: string
  readonly operation: string
  readonly account: string
  readonly region: string
}

export function createAdmission(clock: Clock, limits: AdmissionLimits, quotas: Quotas): Admission {
  const sources = createRates(clock)
  const accounts = createRates(clock)
  const operations = createRates(clock)
  const perSource: Rate = { calls: limits.sourceRequestsPerSecond, everyMs: 1_000 }
  const perAccount: Rate = { calls: limits.accountRequestsPerSecond, everyMs: 1_000 }
  return {
    admitSource(address) {
      if (!sources.take(sourceNetwork(address), perSource)) throw tooMany()
    },
    admitAccount(account) {
      if (!accounts.take(account, perAccount)) throw tooMany()
    },
    admitOperation({ service, operation, account, region }) {
      const rate = quotas.rateOf(service, operation)
      if (rate && !operations.take(`${account} ${region} ${service} ${operation}`, rate)) throw tooMany()
    },
  }
}

/** Buckets are forgotten all at once when there are this many: an attacker with many addresses costs bounded memory. */
const bucketsMax = 65_536

/** Token buckets that hold what the rate allows in its time, and fill evenly. */
function createRates(clock: Clock): { take(name: string, rate: Rate): boolean } {
  const buckets = new Map<string, { tokens: number; filledAtMs: number }>()
  return {
    take(name, { calls, everyMs }) {
      const nowMs = clock.nowMs()
      let bucket = buckets.get(name)
      if (bucket === undefined) {
        if (buckets.size >= bucketsMax) buckets.clear()
        bucket = { tokens: calls, filledAtMs: nowMs }
        buckets.set(name, bucket)
      }
      // A clock set back fills nothing; it must not empty the bucket either.
      const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs)
      bucket.tokens = Math.min(calls, bucket.tokens + (elapsedMs * calls) / everyMs)
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
