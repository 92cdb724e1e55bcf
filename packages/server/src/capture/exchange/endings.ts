import type { HttpAnswer } from '../../http-message.ts'
import type { CallOutcome } from '../../pipeline/index.ts'
import type { Clock } from '../../ports/clock.ts'
import { type CarriedCall, carriedFacts, namesOf } from './call-facts.ts'
import { describeFailure } from './describe-failure.ts'
import { errorAnswer } from './error-answer.ts'
import type { Journal } from './journal.ts'
import { isKeyRefusal } from './key-refusal.ts'
import { failedOutcome, refusedOutcome } from './outcome.ts'
import { type DescribedError, type DescribeError, describedRefusal } from './refusal.ts'
import type { UpstreamFailure } from './upstream-failure.ts'

export interface ExchangeTelemetry {
  carried(facts: {
    readonly upstream: string
    readonly eventSource: string
    readonly eventName: string
    readonly errorCode: string | undefined
    readonly elapsedMs: number
  }): void
  /** An upstream failed, or a refusal has a cause inside Cairn. */
  exchangeFailed(facts: {
    readonly upstream: string
    readonly eventSource: string
    readonly eventName: string
    readonly error: unknown
  }): void
  /** An audit rule says `none`. */
  notRecordedByRule(): void
}

/** The ways an exchange ends, each of them recorded. */
export type Endings = ReturnType<typeof createEndings>

export function createEndings(options: {
  readonly journal: Journal
  readonly clock: Clock
  readonly describeError: DescribeError
  readonly telemetry: ExchangeTelemetry
}) {
  const { journal, clock, describeError, telemetry } = options

  /** @throws what the log threw, where calls must not go without a record */
  async function complete(carried: CarriedCall, outcome: CallOutcome, requestId?: string): Promise<void> {
    const { level, announced, versionBefore, startedAtMs, caller } = carried
    const errorCode = outcome.error?.code
    const elapsedMs = clock.nowMs() - startedAtMs
    telemetry.carried({ ...namesOf(carried), errorCode, elapsedMs })
    const { call, region, passage } = carried
    passage.completed?.({ call, caller, region, startedAtMs, elapsedMs, ...(errorCode !== undefined && { errorCode }) })
    if (level === 'none' && !announced) return telemetry.notRecordedByRule()
    // Floods of calls that nobody vouches for are folded; what an upstream takes as its client's is recorded each time.
    const isRefused = outcome.additionalEventData?.refusedBy === 'cairn' || isKeyRefusal(errorCode)
    const isProven = caller.isProven || !isRefused
    await journal.complete(carriedFacts(carried, requestId), outcome, { isProven, announced, versionBefore })
  }

  function inWords(carried: CarriedCall, error: unknown): DescribedError {
    return describedRefusal(error, carried.call.protocol, describeError)
  }

  function answer(carried: CarriedCall, error: DescribedError): HttpAnswer {
    const isHead = carried.request.head.method === 'HEAD'
    return errorAnswer(carried.call.protocol, error, { requestId: carried.requestId, isHead })
  }

  async function endWith(carried: CarriedCall, error: DescribedError, outcome: CallOutcome): Promise<HttpAnswer> {
    if (error.cause !== undefined) telemetry.exchangeFailed({ ...namesOf(carried), error: error.cause })
    try {
      await complete(carried, outcome)
    } catch (cause) {
      // The client is told of an error either way, and the journal counts what has no record.
      telemetry.exchangeFailed({ ...namesOf(carried), error: cause })
    }
    return answer(carried, error)
  }

  return {
    complete,

    /** Nothing went upstream. */
    refuse(carried: CarriedCall, error: unknown): Promise<HttpAnswer> {
      const described = inWords(carried, error)
      return endWith(carried, described, refusedOutcome(carried, described, clock.nowMs()))
    },

    /** The upstream gave no answer, or `senderFailure` is why it was not waited for. */
    fail(carried: CarriedCall, failure: UpstreamFailure, senderFailure: unknown): Promise<HttpAnswer> {
      const error =
        senderFailure === undefined
          ? describeFailure(failure, carried.passage.upstream)
          : inWords(carried, senderFailure)
      return endWith(carried, error, failedOutcome(carried, error, failure, clock.nowMs()))
    },

    /** The upstream did what was asked, but there is no record of it. */
    withhold(carried: CarriedCall, error: unknown): HttpAnswer {
      telemetry.exchangeFailed({ ...namesOf(carried), error })
      return answer(carried, inWords(carried, error))
    },
  }
}
