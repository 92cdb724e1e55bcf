import type { Clock } from '../../ports/clock.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import { dayBefore, dayFolder } from './days.ts'
import { findSeries, type Series } from './find-series.ts'
import type { FollowOrder } from './follow-order.ts'
import type { Source } from './source.ts'
import { flat, listNew, type Taking } from './take-files.ts'

/** A log file may be delivered days late: all folders are gone through so often. */
const sweepEveryMs = 24 * 3_600_000

/** After a sweep that could not read every file. */
const sweepAgainMs = 10 * 60_000

/** A sweep through years gives way to what is new after so long. */
const sweepTurnMs = 10_000

export interface RoundsOptions {
  readonly order: FollowOrder
  readonly source: Source
  readonly taking: Taking
  readonly clock: Clock
  /** Notes durably that everything that was there at this time is in. */
  seenTo(ms: number): Promise<void>
}

/** What a follow looks at, round after round. */
export interface Rounds {
  /** New files of the days since the last round, then for a while those that a sweep through all days finds. */
  begin(startedAtMs: number): Promise<AsyncGenerator<ObjectHead>>
  /** All that `begin` gave was dealt with; `isWhole` when all of it could be read. */
  end(startedAtMs: number, isWhole: boolean): Promise<void>
  /** What `begin` gave was not dealt with to its end: it will be given again. */
  abandon(): void
  isSweeping(): boolean
  /** Whether every day was gone through since the start, and every file could be read. */
  isSwept(): boolean
}

/**
 * A sweep begins with the first round and may take many: it is a listing that pauses. Nothing of it is durable; after a
 * restart it begins anew, and what is known is passed over at the pace of listing.
 */
export function createRounds({ order, source, taking, clock, seenTo }: RoundsOptions, signal: AbortSignal): Rounds {
  let seenToMs = order.seenToMs ?? order.orderedAtMs
  /** Prefixes of the series of the last round; none before the first. */
  let known: ReadonlySet<string> | undefined
  let found: readonly Series[] = []
  let sweep: AsyncGenerator<readonly ObjectHead[]> | undefined
  let sweepAtMs = Number.NEGATIVE_INFINITY
  let isSweepWhole = true
  let isSwept = false

  async function currentSeries(): Promise<readonly Series[]> {
    const list: Series[] = []
    for await (const one of findSeries(source)) {
      signal.throwIfAborted()
      list.push(one)
    }
    return list
  }

  async function* recent(list: readonly Series[]): AsyncGenerator<ObjectHead> {
    const sinceMs = Math.max(dayBefore(seenToMs), source.sinceMs ?? 0)
    // A region or account that is new here may hold more than the recent days; the sweep under way does not know it.
    const added = known === undefined ? [] : list.filter(({ prefix }) => known?.has(prefix) === false)
    yield* flat(listNew(taking.marks, source, each(added)))
    const others = list.filter((one) => !added.includes(one))
    yield* flat(listNew(taking.marks, { ...source, sinceMs }, each(others)))
  }

  async function* someOfSweep(list: readonly Series[], nowMs: number): AsyncGenerator<ObjectHead> {
    if (sweep === undefined && nowMs < sweepAtMs) return
    if (sweep === undefined) isSweepWhole = true
    sweep ??= listNew(taking.marks, source, each(list))
    const untilMs = clock.nowMs() + sweepTurnMs
    // Not a loop over the listing: leaving that would end it, and the next round goes on where this one stops.
    do {
      const page = await sweep.next()
      if (page.done) {
        sweep = undefined
        sweepAtMs = clock.nowMs() + sweepEveryMs
        return
      }
      yield* page.value
    } while (clock.nowMs() < untilMs)
  }

  async function* files(list: readonly Series[], nowMs: number): AsyncGenerator<ObjectHead> {
    const given = new Set<string>()
    for (const part of [recent(list), someOfSweep(list, nowMs)]) {
      for await (const head of part) {
        signal.throwIfAborted()
        if (!given.has(head.key)) yield head
        given.add(head.key)
      }
    }
  }

  return {
    async begin(startedAtMs) {
      found = await currentSeries()
      return files(found, startedAtMs)
    },
    async end(startedAtMs, isWhole) {
      known = new Set(found.map(({ prefix }) => prefix))
      isSweepWhole &&= isWhole
      if (sweep === undefined) {
        isSwept = isSweepWhole
        if (!isSweepWhole) sweepAtMs = Math.min(sweepAtMs, startedAtMs + sweepAgainMs)
      }
      // The day is all that counts, so one change of the catalogue a day will do.
      if (isWhole && dayFolder(startedAtMs) !== dayFolder(seenToMs)) {
        await seenTo(startedAtMs)
        seenToMs = startedAtMs
      }
    },
    abandon() {
      // Its requests end by themselves.
      sweep?.return(undefined).catch(() => {})
      sweep = undefined
      sweepAtMs = Number.NEGATIVE_INFINITY
    },
    isSweeping: () => sweep !== undefined,
    isSwept: () => isSwept,
  }
}

async function* each(list: readonly Series[]): AsyncGenerator<Series> {
  yield* list
}
