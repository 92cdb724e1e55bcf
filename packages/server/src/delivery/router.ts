import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileKind, type Lane, laneName } from '@cairn/core/log-file'
import { createGlancer } from '@cairn/core/selectors'
import type { FrameConsumer } from '../pipeline/index.ts'
import type { DeliveryPlan, PlanTrail, SelectedRun, TrailLife } from '../ports/delivery-plan.ts'
import type { EventFrame, EventLog, Position, StoredFrame } from '../ports/event-log.ts'
import { placedEvent, type Trail, type TrailMatcher } from '../trails/index.ts'

/**
 * Reads every event once for all trails and adds it to the queues of those that select it. What was read waits in
 * memory for the next commit, since a commit a second costs less than one a batch; a crash reads it again, under the
 * same catalogue versions and so with the same result.
 */
export interface Router {
  readonly consumer: FrameConsumer
  /** Makes what was read durable in the plan. */
  commit(): Promise<void>
  /** Accept time of the newest frame that is in the plan since the start of the process. */
  routedToMs(): number
}

export interface RouterOptions {
  readonly plan: Pick<DeliveryPlan, 'start' | 'route'>
  readonly log: EventLog
  readonly matcher: TrailMatcher
  /** Told of each batch before it is read, and whether a trail may select of it; may hold it back for a moment. */
  onBatch(frames: readonly StoredFrame[], concernsTrails: boolean): Promise<void>
  /** Told after a commit which queues grew. */
  onSelected(lives: readonly TrailLife[]): void
  readonly telemetry: {
    /** An event whose bytes are no record: kept in the log and the history, delivered nowhere. */
    notRoutable(facts: { readonly position: number }): void
  }
}

/** A run is never divided between files, so it stays well below the size of one. */
const runBytesMax = 1 * 1024 * 1024
/**
 * What waits in memory: positions of some thousand events, a few bytes each. Half a file, so that files become due one
 * by one: of several at once the last would wait for a thread, and the threads then for the router.
 */
const waitingBytesMax = 2 * 1024 * 1024
/** Reading this many events takes some milliseconds; calls are answered in between. */
const framesPerTurn = 64

interface OpenRun {
  readonly lane: Lane
  readonly positions: Position[]
  readonly acceptedAtMs: number
  bytes: number
  newestEventMs: number
  oldestEventMs: number
}

interface Selection {
  trail: PlanTrail
  readonly runs: SelectedRun[]
  /** The last run of each lane. */
  readonly open: Map<string, OpenRun>
  /** Of them, the one that grew last: mostly it is the next to grow. */
  latest?: OpenRun
}

/** What was read and is not in the plan yet. */
interface Waiting {
  readonly selections: Map<TrailLife, Selection>
  /** The same by the trail's document, of which a life may have several; building the name of a life takes longer. */
  readonly byTrail: Map<Trail, Selection>
  /** Of events that any trail selected, each once. */
  bytes: number
}

/** One life of a trail, see {@link TrailLife}. */
export function trailLife({ arn, createdAtMs }: { readonly arn: string; readonly createdAtMs: number }): TrailLife {
  return `${arn}#${createdAtMs}` as TrailLife
}

/** What the plan keeps of a trail. */
export function planTrail(trail: Trail): PlanTrail {
  const { arn, account, bucket, prefix, keyArn, validatesLogFiles } = trail
  const target = { bucket, ...(prefix !== undefined && { prefix }) }
  return {
    life: trailLife(trail),
    arn,
    account,
    target,
    ...(keyArn !== undefined && { keyArn }),
    listsFiles: validatesLogFiles,
  }
}

export function createRouter(options: RouterOptions): Router {
  const { plan, log, matcher, telemetry } = options
  const glance = createGlancer()
  let waiting: Waiting = nothingWaiting()
  /** Ahead of the plan's start by what waits; `undefined` when nothing does. */
  let next: Position | undefined
  let acceptedToMs = 0
  let routedToMs = 0
  let committing: Promise<void> = Promise.resolve()
  let beside: Promise<void> = Promise.resolve()
  /** Grows when a failed commit sends the reading back. */
  let setbacks = 0
  const start = () => next ?? plan.start() ?? log.bounds().first

  function concerns(frame: StoredFrame): frame is StoredFrame & EventFrame {
    return frame.kind === 'event' && frame.audience.kind === 'live' && matcher.concerns(frame.account, frame)
  }

  function add(frame: StoredFrame & EventFrame): void {
    const record = glance(frame.bytes)
    if (record === undefined) {
      telemetry.notRoutable({ position: frame.position })
      return
    }
    const event = placedEvent(frame, record.selectable)
    const trails = matcher.match(event, frame)
    if (trails.length === 0) return
    const kind = fileKind(event.selectable.eventCategory ?? '')
    const lane = { account: frame.account, region: frame.region, kind }
    const eventMs = record.eventTimeMs ?? frame.acceptedAtMs
    for (const trail of trails) addTo(waiting, trail, { lane, eventMs, frame })
    waiting.bytes += frame.bytes.length
  }

  function passed({ position, acceptedAtMs }: StoredFrame): void {
    next = log.after(position)
    acceptedToMs = acceptedAtMs
  }

  async function commitWaiting(): Promise<void> {
    const [taken, end, toMs] = [waiting, next, acceptedToMs]
    if (end === undefined || end === plan.start()) return
    waiting = nothingWaiting()
    try {
      const selected = [...taken.selections.values()].map(({ trail, runs }) => ({ trail, runs }))
      await plan.route({ next: end, selected })
    } catch (error) {
      // Everything read since the plan's start is read again, what came meanwhile included.
      waiting = nothingWaiting()
      next = undefined
      setbacks += 1
      throw error
    }
    routedToMs = toMs
    if (taken.selections.size > 0) options.onSelected([...taken.selections.keys()])
  }

  /** One at a time: each begins where the one before left the plan. */
  function commit(): Promise<void> {
    const done = committing.then(commitWaiting)
    committing = done.catch(() => undefined)
    return done
  }

  /** Commits while the next batch is read; one that failed is told at the next. */
  async function commitBeside(): Promise<void> {
    const before = beside
    beside = Promise.resolve()
    await before
    beside = commit()
    beside.catch(() => undefined)
  }

  return {
    commit,
    routedToMs: () => routedToMs,
    consumer: {
      name: 'delivery',
      start,
      async handle(frames) {
        const setbacksBefore = setbacks
        const concerned = frames.filter(concerns)
        await options.onBatch(frames, concerned.length > 0)
        let added = 0
        for (const frame of concerned) {
          // A commit failed while this waited: everything is read again from where the plan stands.
          if (setbacks > setbacksBefore) return
          add(frame)
          passed(frame)
          added += 1
          if (waiting.bytes >= waitingBytesMax) await commitBeside()
          if (added % framesPerTurn === 0) await nextTurn()
        }
        const last = frames.at(-1)
        if (last !== undefined && setbacks === setbacksBefore) passed(last)
        if (concerned.length === 0) log.letGo(frames)
      },
    },
  }
}

function nothingWaiting(): Waiting {
  return { selections: new Map(), byTrail: new Map(), bytes: 0 }
}

function addTo(
  waiting: Waiting,
  trail: Trail,
  event: { readonly lane: Lane; readonly eventMs: number; readonly frame: StoredFrame },
): void {
  const { lane, eventMs, frame } = event
  const selection = waiting.byTrail.get(trail) ?? selectionOf(waiting, trail)
  const { latest } = selection
  let run = latest && isSameLane(latest.lane, lane) ? latest : selection.open.get(laneName(lane))
  if (run === undefined || run.bytes + frame.bytes.length > runBytesMax) {
    const { acceptedAtMs } = frame
    run = { lane, positions: [], acceptedAtMs, bytes: 0, newestEventMs: eventMs, oldestEventMs: eventMs }
    selection.open.set(laneName(lane), run)
    selection.runs.push(run)
  }
  selection.latest = run
  run.positions.push(frame.position)
  run.bytes += frame.bytes.length
  run.newestEventMs = Math.max(run.newestEventMs, eventMs)
  run.oldestEventMs = Math.min(run.oldestEventMs, eventMs)
}

function selectionOf(waiting: Waiting, trail: Trail): Selection {
  const life = trailLife(trail)
  const selection = waiting.selections.get(life) ?? { trail: planTrail(trail), runs: [], open: new Map() }
  waiting.selections.set(life, selection)
  waiting.byTrail.set(trail, selection)
  return selection
}

function isSameLane(one: Lane, other: Lane): boolean {
  return one.account === other.account && one.region === other.region && one.kind === other.kind
}
