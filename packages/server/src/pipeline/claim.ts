import { type Catalog, defineCollection } from '../ports/catalog.ts'
import type { EventLog, Position, StoredFrame } from '../ports/event-log.ts'
import type { FrameConsumer } from './runner.ts'

/**
 * How far a consumer is, kept in the catalogue.
 *
 *     free ──claim──► claimed [first, end) ──handled──► free, next = end
 *                       ▲      │
 *                       └──────┘ failed, or the process died: the same range again, under the same id
 *
 * The claim is durable before its range is handed out, and names it. Output whose name comes from the claim's id is
 * therefore found, not written twice, however often the range is handed out.
 */
interface Progress {
  readonly next: Position
  /** End of the range in hand, which starts at `next`. */
  readonly claimedTo?: Position
}

const progress = defineCollection<Progress>('consumer-progress', { keepsHistory: false })

/** A range of the log that a consumer deals with as one piece. */
export interface Claim {
  /** `"<first>-<end>"`: the same on every replay, another for every other range of this consumer. */
  readonly id: string
  readonly first: Position
  /** Exclusive. */
  readonly end: Position
}

export interface ClaimingConsumerOptions {
  readonly name: string
  readonly log: EventLog
  readonly catalog: Catalog
  /** Where a consumer that never ran before begins. */
  readonly startAt: Position
  /** Deals with all frames of a claim, in order; called again with the same claim until it succeeds. */
  readonly handle: (claim: Claim, frames: readonly StoredFrame[]) => Promise<void>
}

/** A consumer for the runner whose ranges survive crashes and changes of the batch size. */
export function createClaimingConsumer(options: ClaimingConsumerOptions): FrameConsumer {
  const { name, log, catalog, handle } = options
  const noIntent = { intentId: undefined }
  const current = (): Progress => catalog.get(progress, name) ?? { next: options.startAt }
  const save = (value: Progress) => catalog.change(noIntent, (draft) => draft.put(progress, name, value))

  return {
    name,
    start: () => current().next,
    async handle(frames) {
      const last = frames.at(-1)
      if (last === undefined) return
      const { next, claimedTo } = current()
      const end = claimedTo ?? log.after(last.position)
      if (claimedTo === undefined) await save({ next, claimedTo: end })
      const claimed = await exactly(log, frames, end)
      await handle({ id: `${next}-${end}`, first: next, end }, claimed)
      await save({ next: end })
    },
  }
}

// The rest of a range that was claimed when batches were larger.
const restBytesMax = 4 * 1024 * 1024

/** The frames before `end`: those of `frames`, and what follows them where they stop short of it. */
async function exactly(log: EventLog, frames: readonly StoredFrame[], end: Position): Promise<readonly StoredFrame[]> {
  const claimed = [...frames]
  for (let last = claimed.at(-1); last !== undefined && log.after(last.position) < end; last = claimed.at(-1)) {
    const rest = await log.read(log.after(last.position), restBytesMax)
    if (rest.length === 0) break
    for (const frame of rest) claimed.push(frame)
  }
  return claimed.filter(({ position }) => position < end)
}
