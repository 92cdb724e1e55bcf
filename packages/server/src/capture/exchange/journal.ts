import { serviceIdentity } from '@cairn/core/record'
import type { CallFacts, CallOutcome, Recorder } from '../../pipeline/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import { Refusal } from './refusal.ts'

/** What happens to a call that cannot be recorded. */
export type OnRecordFailure = 'refuse' | 'allow'

export interface JournalTelemetry {
  /** A call that was carried has no record, or was refused because it could have none. */
  recordNotWritten(facts: {
    readonly eventSource: string
    readonly eventName: string
    readonly isRefused: boolean
    readonly error: unknown
  }): void
  /** An audit rule says `none`. */
  notRecordedByRule(): void
}

/** Writes intents and records of carried calls, and keeps count of those that could not be written. */
export interface Journal {
  /** Durable when it resolves. False: it could not be written and the call may go on all the same. @throws Refusal */
  announce(facts: CallFacts): Promise<boolean>
  /** @throws what the log threw, unless calls are allowed without a record */
  complete(facts: CallFacts, outcome: CallOutcome, stamps: JournalStamps): Promise<void>
  /** Writes what is owed about calls without a record; for the end of the process. */
  settle(): Promise<void>
}

export interface JournalStamps {
  readonly isProven: boolean
  readonly announced: boolean
  readonly versionBefore: number
}

/** Calls that went without a record since the last one that could be written. */
interface Missed {
  calls: number
  refused: number
  readonly firstAtMs: number
  lastAtMs: number
}

export function createJournal(options: {
  readonly recorder: Pick<Recorder, 'announce' | 'complete'>
  readonly catalogVersion: () => number
  readonly clock: Clock
  readonly ids: Ids
  readonly account: string
  readonly region: string
  readonly onFailure: OnRecordFailure
  readonly telemetry: JournalTelemetry
}): Journal {
  const { recorder, clock, onFailure, telemetry } = options
  let missed: Missed | undefined
  let isSettling = false

  function miss({ eventSource, eventName }: CallFacts, isRefused: boolean, error: unknown): void {
    const nowMs = clock.nowMs()
    missed ??= { calls: 0, refused: 0, firstAtMs: nowMs, lastAtMs: nowMs }
    if (isRefused) missed.refused += 1
    else missed.calls += 1
    missed.lastAtMs = nowMs
    telemetry.recordNotWritten({ eventSource, eventName, isRefused, error })
  }

  /** One record says how many calls have none. What it counts is owed again when it cannot be written either. */
  async function settle(): Promise<void> {
    if (missed === undefined || isSettling) return
    const owed = missed
    missed = undefined
    isSettling = true
    try {
      const { facts, outcome } = missedRecord(owed, options)
      await recorder.complete(facts, outcome, {
        isProven: true,
        announced: false,
        versionBefore: options.catalogVersion(),
      })
    } catch {
      missed = joined(owed, missed)
    } finally {
      isSettling = false
    }
  }

  return {
    async announce(facts) {
      try {
        await recorder.announce(facts)
        return true
      } catch (error) {
        if (onFailure === 'refuse') {
          throw new Refusal({ failure: 'unavailable' }, notRecordable, 503, { cause: error })
        }
        telemetry.recordNotWritten({ ...facts, isRefused: false, error })
        return false
      }
    },
    async complete(facts, outcome, stamps) {
      try {
        await recorder.complete(facts, outcome, stamps)
      } catch (error) {
        miss(facts, outcome.error !== undefined && outcome.additionalEventData?.refusedBy === 'cairn', error)
        if (onFailure === 'refuse') throw error
        return
      }
      if (missed !== undefined) await settle()
    },
    settle,
  }
}

const notRecordable = 'The call cannot be recorded at the moment and was not carried out. Please try again later.'

function joined(left: Missed, right: Missed | undefined): Missed {
  if (right === undefined) return left
  return {
    calls: left.calls + right.calls,
    refused: left.refused + right.refused,
    firstAtMs: left.firstAtMs,
    lastAtMs: right.lastAtMs,
  }
}

function missedRecord(
  missed: Missed,
  { ids, clock, account, region }: Pick<Parameters<typeof createJournal>[0], 'ids' | 'clock' | 'account' | 'region'>,
): { readonly facts: CallFacts; readonly outcome: CallOutcome } {
  const facts: CallFacts = {
    callId: ids.uuid(),
    requestId: ids.uuid(),
    source: 'api',
    region,
    sourceIp: 'cairn.internal',
    eventSource: 'cairn.internal',
    eventName: 'CallsNotRecorded',
    readOnly: false,
    category: 'Management',
    requestParameters: {
      callsWithoutRecord: missed.calls,
      callsRefused: missed.refused,
      firstAt: new Date(missed.firstAtMs).toISOString(),
      lastAt: new Date(missed.lastAtMs).toISOString(),
    },
    copies: [{ eventId: ids.uuid(), account, userIdentity: serviceIdentity('cairn.internal') }],
  }
  return { facts, outcome: { completedAtMs: clock.nowMs(), responseElements: null } }
}
