import type { Clock } from '../ports/clock.ts'
import type { CallFacts, CallOutcome } from './call-record.ts'
import { sourceNetwork } from './source-network.ts'

/**
 * Requests that fail authentication cost their sender nothing, so above a rate they must not cost a record each: per
 * source address and minute the first ones are recorded, the rest counted into one record of that minute.
 */
export interface UnprovenFold {
  /** Whether this refused call gets a record of its own. If not, it has been counted. */
  admits(facts: CallFacts, outcome: CallOutcome): boolean
  /** The counts of minutes that are over, as calls to record; all of them with `everything`. */
  take(options?: {
    readonly everything: boolean
  }): readonly { readonly facts: CallFacts; readonly outcome: CallOutcome }[]
}

/** Addresses counted apart; beyond them all others share one count, so that many addresses cost bounded memory. */
const sourcesMax = 10_000

const minuteMs = 60_000

interface Count {
  readonly minute: number
  calls: number
  folded: number
  /** The newest call that was counted stands for the others. */
  last?: { readonly facts: CallFacts; readonly outcome: CallOutcome }
}

export function createUnprovenFold(clock: Clock, options: { readonly recordsPerMinuteMax: number }): UnprovenFold {
  const counts = new Map<string, Count>()
  const done: Count[] = []
  return {
    admits(facts, outcome) {
      const minute = Math.floor(clock.nowMs() / minuteMs)
      const network = sourceNetwork(facts.sourceIp)
      const source = counts.has(network) || counts.size < sourcesMax ? network : 'others'
      let count = counts.get(source)
      if (count?.minute !== minute) {
        if (count) done.push(count)
        count = { minute, calls: 0, folded: 0 }
        counts.set(source, count)
      }
      count.calls += 1
      if (count.calls <= options.recordsPerMinuteMax) return true
      count.folded += 1
      count.last = { facts: shortened(facts), outcome }
      return false
    },
    take({ everything } = { everything: false }) {
      const minute = Math.floor(clock.nowMs() / minuteMs)
      for (const [source, count] of counts) {
        if (!everything && count.minute === minute) continue
        counts.delete(source)
        done.push(count)
      }
      return done
        .splice(0)
        .flatMap((count) => (count.last && count.folded > 0 ? [counted(count.last, count.folded)] : []))
    },
  }
}

const userAgentMax = 256

/** Waiting takes memory for each of many sources: what the sender chose the size of is left out. */
function shortened(facts: CallFacts): CallFacts {
  const { userAgent } = facts
  return {
    ...facts,
    requestParameters: null,
    ...(userAgent !== undefined && { userAgent: userAgent.slice(0, userAgentMax) }),
  }
}

function counted({ facts, outcome }: NonNullable<Count['last']>, folded: number) {
  const additionalEventData = { ...outcome.additionalEventData, foldedCalls: folded }
  return { facts, outcome: { ...outcome, additionalEventData } }
}
