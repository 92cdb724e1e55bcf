import { hash } from 'node:crypto'
import { contextField } from '@cairn/core/record'
import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventFrame, EventLog, IntentFrame, OriginalFrame } from '../ports/event-log.ts'
import { type EventVersions, type TrailEvent, trailEvent } from '../trails/index.ts'
import { type CallFacts, type CallOutcome, callRecords, copyContext, type RecordCopy } from './call-record.ts'
import type { OpenIntents } from './intent.ts'
import { createUnprovenFold } from './unproven-fold.ts'

/** Writes the records of calls: an intent before the change, one event per copy after it. */
export interface Recorder {
  /** Whether the call's event is kept: data events of Cairn's own operations only when a trail selects a copy of it. */
  keeps(facts: CallFacts): boolean
  /** Announces a change. When it resolves, the announcement is durable and the change may begin. */
  announce(facts: CallFacts): Promise<void>
  /**
   * Writes the records of a finished call; durable when it resolves, except that refused calls above the rate of
   * their source are counted into one record a minute.
   */
  complete(facts: CallFacts, outcome: CallOutcome, stamps: CallStamps): Promise<void>
  /** Writes the counts of minutes that are over; all of them before the process ends. */
  writeFolded(options?: { readonly everything: boolean }): Promise<void>
}

export interface CallStamps {
  /** Whether the caller was authenticated. */
  readonly isProven: boolean
  /** Closes the call's intent. */
  readonly announced: boolean
  readonly versionBefore: number
  /** The catalogue version the call brought about. */
  readonly versionAfter?: number
}

export function createRecorder(options: {
  readonly log: EventLog
  readonly catalog: Catalog
  readonly clock: Clock
  readonly intents: OpenIntents
  readonly unprovenRecordsPerMinuteMax: number
  /** Whether any trail or event data store takes the event. */
  readonly selects: (event: TrailEvent, versions: EventVersions) => boolean
  readonly telemetry: {
    /** A data event that no trail selects: counted, not kept. */
    notKept(): void
  }
}): Recorder {
  const { log, catalog, clock, intents, telemetry } = options
  const fold = createUnprovenFold(clock, { recordsPerMinuteMax: options.unprovenRecordsPerMinuteMax })

  /** For each copy whether it is kept. */
  function keptCopies(facts: CallFacts, versions: EventVersions): readonly boolean[] {
    // Whoever puts Cairn in front of a service wants to see what is done there, trail or no trail.
    if (facts.category === 'Management' || facts.source !== 'api') return facts.copies.map(() => true)
    return facts.copies.map((copy) => options.selects(trailEventOf(facts, copy), versions))
  }

  return {
    keeps: (facts) => keptCopies(facts, { catalogVersion: catalog.version }).includes(true),
    async announce(facts) {
      const frame = intentFrame(facts, { acceptedAtMs: clock.nowMs(), catalogVersion: catalog.version })
      intents.opening(facts.callId, log.bounds().end)
      try {
        await log.append([frame])
      } catch (error) {
        intents.closed(facts.callId)
        throw error
      }
    },
    async complete(facts, outcome, stamps) {
      const kept = keptCopies(facts, {
        catalogVersion: stamps.versionBefore,
        catalogVersionAfter: stamps.versionAfter,
      })
      // A trail may have changed meanwhile: what was announced has its event all the same.
      if (!kept.includes(true) && !stamps.announced) return telemetry.notKept()
      if (!stamps.isProven && !stamps.announced && !fold.admits(facts, outcome)) return
      await write(facts, outcome, stamps, kept)
    },
    async writeFolded(options) {
      const stamps = { isProven: false, announced: false, versionBefore: catalog.version }
      // One that cannot be written must not keep the others from being.
      const writes = fold.take(options).map(({ facts, outcome }) => write(facts, outcome, stamps))
      const failed = (await Promise.allSettled(writes)).find(({ status }) => status === 'rejected')
      if (failed?.status === 'rejected') throw failed.reason
    },
  }

  async function write(
    facts: CallFacts,
    outcome: CallOutcome,
    stamps: CallStamps,
    kept?: readonly boolean[],
  ): Promise<void> {
    const { announced, versionBefore, versionAfter } = stamps
    const frames = eventFrames(facts, outcome, {
      acceptedAtMs: clock.nowMs(),
      catalogVersion: versionBefore,
      catalogVersionAfter: versionAfter,
      announced,
      kept,
    })
    // Our own records may use the space held back for them: a full disk must not silence the audit trail.
    await log.append(frames, { reserved: true })
    if (!announced) return
    intents.closed(facts.callId)
    if (versionAfter !== undefined) await catalog.forgetIntents([facts.callId])
  }
}

/** The record that a copy will be, as far as trails look at it. */
function trailEventOf(facts: CallFacts, { account, userIdentity }: RecordCopy): TrailEvent {
  const { region, eventSource, eventName, readOnly, category: eventCategory, resources } = facts
  const eventType = 'AwsApiCall'
  return trailEvent(
    { account, region },
    { eventSource, eventName, eventType, readOnly, eventCategory, resources, userIdentity },
  )
}

function intentFrame(
  facts: CallFacts,
  accepted: { readonly acceptedAtMs: number; readonly catalogVersion: number },
): IntentFrame {
  return {
    kind: 'intent',
    intentId: facts.callId,
    ...accepted,
    account: facts.copies[0]?.account ?? '',
    region: facts.region,
    source: facts.source,
    bytes: Buffer.from(JSON.stringify(facts)),
  }
}

/** The frames of a finished call. The first one closes the call's intent. */
export function eventFrames(
  facts: CallFacts,
  outcome: CallOutcome,
  accepted: {
    readonly acceptedAtMs: number
    readonly catalogVersion: number
    readonly catalogVersionAfter?: number | undefined
    readonly announced: boolean
    /** For each copy whether it is kept; default: all. One that is left out is still told of by the others. */
    readonly kept?: readonly boolean[] | undefined
  },
): readonly (EventFrame | OriginalFrame)[] {
  const { acceptedAtMs, catalogVersion, catalogVersionAfter, announced, kept } = accepted
  const { region, source, callId } = facts
  const frames: (EventFrame | OriginalFrame)[] = []
  for (const [index, { text, omitted }] of callRecords(facts, outcome).entries()) {
    const closes = announced && index === 0
    const copy = facts.copies[index]
    if (copy === undefined || (kept?.[index] === false && !closes)) continue
    const { account, eventId } = copy
    // One append a call: written out, for members behind a spread are many times dearer.
    frames.push({
      kind: 'event',
      acceptedAtMs,
      account,
      region,
      source,
      catalogVersion,
      catalogVersionAfter,
      audience: live,
      bytes: Buffer.from(text),
      closes: closes ? callId : undefined,
    })
    const context = copyContext(facts, outcome, copy)
    const behind = context ? [...omitted, { field: contextField, json: JSON.stringify(context) }] : omitted
    for (const part of behind) {
      const bytes = original(part)
      frames.push({ kind: 'original', acceptedAtMs, account, region, source, catalogVersion, eventId, bytes })
    }
  }
  return frames
}

const live = { kind: 'live' } as const

function original({ field, json }: { readonly field: string; readonly json: string }): Uint8Array {
  return Buffer.from(`{"field":"${field}","sha256":"${hash('sha256', json)}","content":${json}}`)
}
