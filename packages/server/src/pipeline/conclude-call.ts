import type { Clock } from '../ports/clock.ts'
import type { IntentFrame } from '../ports/event-log.ts'
import type { CallFacts, CallOutcome } from './call-record.ts'
import type { ConcludeIntent, IntentFate } from './intent.ts'
import { eventFrames } from './recorder.ts'

/** Tells whether a call wrote what it was about to write outside the catalogue; `undefined` when nobody can tell. */
export type FindWritten = (facts: CallFacts) => Promise<boolean | undefined>

/**
 * Makes the record of a call that the end of the process cut off. It says what became of the change, and by
 * `addendum` that it was written late; the answer, which nobody got, is not made up.
 */
export function createConcludeCall(options: {
  readonly clock: Clock
  readonly findWritten: FindWritten
}): ConcludeIntent {
  return async (intent, fate) => {
    const facts = readFacts(intent)
    const outcome = await outcomeOf(facts, fate)
    return eventFrames(facts, outcome, {
      acceptedAtMs: options.clock.nowMs(),
      catalogVersion: intent.catalogVersion,
      ...(fate.kind === 'applied' && { catalogVersionAfter: fate.catalogVersion }),
      announced: true,
    })
  }

  async function outcomeOf(facts: CallFacts, fate: IntentFate): Promise<CallOutcome> {
    const isWritten = fate.kind === 'applied' ? true : await options.findWritten(facts)
    const completedAtMs = options.clock.nowMs()
    const late = { completedAtMs, responseElements: null, addendum: { reason: 'SERVICE_OUTAGE' } }
    if (isWritten === undefined) return { ...late, additionalEventData: { outcome: 'unknown' } }
    if (isWritten) return { ...late, additionalEventData: { outcome: 'applied' } }
    return {
      ...late,
      additionalEventData: { outcome: 'notApplied' },
      error: { code: 'ServiceUnavailable', message: 'The server stopped before the change was made.' },
    }
  }
}

function readFacts(intent: IntentFrame): CallFacts {
  return JSON.parse(new TextDecoder().decode(intent.bytes)) as CallFacts
}
