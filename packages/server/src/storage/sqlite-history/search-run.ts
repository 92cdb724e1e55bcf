import {
  compileLookup,
  createGroupCounter,
  type LookupEvent,
  type LookupQuery,
  lookupEvent,
  requiredLiterals,
} from '@cairn/core/lookup'
import { readRecord } from '@cairn/core/record'
import type { Search, SearchSummary } from '../../ports/history-index.ts'
import type { BatchedEvent } from './frame-batch.ts'
import type { IndexReader } from './index-reader.ts'
import { isKept } from './kept-events.ts'
import { comparePlaces } from './place-order.ts'
import { planSearch, type SearchPlan } from './plan.ts'
import type { Fetched } from './record-source.ts'

/** What a running search gets from its worker. */
export interface SearchHost {
  /** Those of the events at these positions that can hold all of `literals`. */
  fetch(positions: readonly number[], literals: readonly Buffer[]): Promise<Fetched>
  /** Whether this search had the thread long enough. */
  isTurnOver(): boolean
  /** Lets others have the thread. @throws the reason when the search was cancelled */
  pause(): Promise<void>
  /** Whether the search's time is used up. */
  isOutOfTime(): boolean
}

export interface Match {
  readonly event: BatchedEvent
  readonly looked: LookupEvent
}

export type RunPart =
  | { readonly kind: 'matches'; readonly matches: readonly Match[] }
  | { readonly kind: 'end'; readonly summary: Omit<SearchSummary, 'tookMs' | 'isCaughtUp'> }

/** Events fetched at once: few at first, since most searches end early, then as many as fill a turn. */
const firstFetch = 32
const fetchMax = 2_048

/** Groups listed per grouping. */
const groupsMax = 1_000

/** Runs one search: candidates from the index, verified on the record. The last part is the end. */
export async function* runSearch(
  reader: IndexReader,
  { query, after }: Search,
  host: SearchHost,
): AsyncGenerator<RunPart, void, undefined> {
  const plan = planSearch(reader, query, after)
  const verify = createVerifier(query, after)
  const counters = query.groupings.map(createGroupCounter)
  const isCounting = query.counted || counters.length > 0
  const wanted = { left: query.eventsMax }
  const counts = { matched: 0, returned: 0, examined: 0, examinedBytes: 0 }
  const asksNothing = !isCounting && query.eventsMax === 0
  let end: SearchSummary['end'] = asksNothing ? 'limit' : 'complete'
  const fetch = (positions: readonly number[]): Promise<Fetched> => {
    return host.fetch(
      positions.toSorted((a, b) => a - b),
      verify.literals,
    )
  }
  for await (const batch of candidateBatches(plan, query, host, fetch)) {
    counts.examined += batch.count
    counts.examinedBytes += batch.bytes
    const matches: Match[] = []
    for (const event of inOrder(await verified(batch, verify, host), query)) {
      if (!isCounting && matches.length === wanted.left) break
      counts.matched += 1
      for (const counter of counters) counter.add(event.looked)
      if (matches.length < wanted.left) matches.push(event)
    }
    wanted.left -= matches.length
    counts.returned += matches.length
    if (matches.length > 0) yield { kind: 'matches', matches }
    end = !isCounting && wanted.left === 0 ? 'limit' : host.isOutOfTime() ? 'time-limit' : 'complete'
    if (end !== 'complete') break
  }
  if (isCounting && counts.matched > counts.returned && end === 'complete') end = 'limit'
  const groups = counters.map((counter) => counter.counts(groupsMax))
  yield { kind: 'end', summary: { ...counts, plan: plan.by, end, groups } }
}

async function* candidateBatches(
  plan: SearchPlan,
  query: LookupQuery,
  host: SearchHost,
  fetch: (positions: readonly number[]) => Promise<Fetched>,
): AsyncGenerator<Fetched, void, undefined> {
  if (plan.kind === 'positions') {
    if (plan.positions.length > 0) yield await fetch(plan.positions)
    return
  }
  const { places, tests } = plan
  const isAll = query.counted || query.groupings.length > 0
  if (!isAll && query.eventsMax === 0) return
  let size = isAll ? fetchMax : Math.min(fetchMax, Math.max(firstFetch, query.eventsMax))
  for (;;) {
    const positions: number[] = []
    while (positions.length < size) {
      if (!places.isSettled) places.settle(stepsPerLook)
      if (places.isSettled && places.head === undefined) break
      if (places.head !== undefined) {
        const { position } = places.head
        if (tests.every((holds) => holds(position))) positions.push(position)
        places.advance()
      }
      if (host.isTurnOver()) {
        await host.pause()
        // What is found by now may be all that the caller waits for.
        if (host.isOutOfTime()) break
      }
    }
    if (positions.length > 0) yield await fetch(positions)
    if (positions.length < size || host.isOutOfTime()) return
    size = Math.min(fetchMax, size * 2)
  }
}

const stepsPerLook = 32

async function verified({ events }: Fetched, verify: Verifier, host: SearchHost): Promise<Match[]> {
  const found: Match[] = []
  for (const event of events) {
    const match = verify.match(event)
    if (match !== undefined) found.push(match)
    if (host.isTurnOver()) await host.pause()
  }
  return found
}

interface Verifier {
  readonly literals: readonly Buffer[]
  match(event: BatchedEvent): Match | undefined
}

function createVerifier(query: LookupQuery, after: Search['after']): Verifier {
  const matches = compileLookup(query)
  const edge = after && { time: after.timeMs, position: after.position }
  return {
    literals: requiredLiterals(query).map((literal) => Buffer.from(literal)),
    match(event) {
      const looked = isKept(event) ? event.looked : lookupEvent(event, readRecord(event.bytes))
      if (!matches(looked)) return undefined
      const place = { time: looked.timeMs, position: event.position }
      return edge === undefined || comparePlaces(query.order, edge, place) < 0 ? { event, looked } : undefined
    },
  }
}

/** Batches come in the order of their candidates; inside, in that of the log, which is cheaper to fetch. */
function inOrder(matches: Match[], query: LookupQuery): Match[] {
  return matches.sort((a, b) =>
    comparePlaces(
      query.order,
      { time: a.looked.timeMs, position: a.event.position },
      { time: b.looked.timeMs, position: b.event.position },
    ),
  )
}
