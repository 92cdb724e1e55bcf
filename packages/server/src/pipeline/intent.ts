import { type Catalog, defineCollection } from '../ports/catalog.ts'
import type { EventLog, Frame, IntentFrame, Position } from '../ports/event-log.ts'

/**
 * Intents from announcement to event.
 *
 *     announced ──► open ──► closed by the event that names it
 *                     │
 *                     └─ the process died: concluded at the next start, by one event
 *
 * Where to look for open intents at the start is kept in the catalogue: everything before the mark is closed. The
 * mark may be older than it could be, never newer, so it is moved now and then and not with every intent.
 */
const marks = defineCollection<Position>('intent-mark', { keepsHistory: false })
const markKey = 'log'

/** What became of the change an intent announced. */
export type IntentFate =
  | { readonly kind: 'applied'; readonly catalogVersion: number }
  /** The catalogue has no trace of it. Whether another store changed, the intent's owner may find out. */
  | { readonly kind: 'not-in-catalog' }

/** Makes the events that conclude an intent; the first one must close it. */
export type ConcludeIntent = (intent: IntentFrame, fate: IntentFate) => Promise<readonly Frame[]>

/** Follows which intents are open while the process runs. */
export interface OpenIntents {
  /** To be told before the intent is appended, `from` being the log's end then: no moment may miss it. */
  opening(intentId: string, from: Position): void
  closed(intentId: string): void
  /** Everything before it is closed. */
  mark(): Position
  /** Moves the mark up to the oldest open intent. */
  moveMark(): Promise<void>
}

const scanBytesMax = 8 * 1024 * 1024

/**
 * Concludes what the last process left open, in the order it was announced; each intent becomes its events exactly
 * once, however often this is cut off and started again. Nothing else may append meanwhile.
 *
 * Returns how many there were.
 */
export async function concludeOpenIntents(options: {
  readonly log: EventLog
  readonly catalog: Catalog
  readonly conclude: ConcludeIntent
}): Promise<number> {
  const { log, catalog, conclude } = options
  const open = await findOpenIntents(log, catalog)
  for (const intent of open.values()) {
    const version = catalog.appliedVersion(intent.intentId)
    const fate: IntentFate =
      version === undefined ? { kind: 'not-in-catalog' } : { kind: 'applied', catalogVersion: version }
    await log.append(await conclude(intent, fate), { reserved: true })
  }
  await catalog.forgetIntents([...open.keys()])
  return open.size
}

async function findOpenIntents(log: EventLog, catalog: Catalog): Promise<ReadonlyMap<string, IntentFrame>> {
  const open = new Map<string, IntentFrame>()
  const { first } = log.bounds()
  let from = Math.max(catalog.get(marks, markKey) ?? first, first) as Position
  for (;;) {
    const frames = await log.read(from, scanBytesMax)
    const last = frames.at(-1)
    if (!last) return open
    for (const frame of frames) {
      if (frame.kind === 'intent') open.set(frame.intentId, frame)
      else if (frame.kind === 'event' && frame.closes !== undefined) open.delete(frame.closes)
    }
    from = log.after(last.position)
  }
}

/** Call after `concludeOpenIntents`: it starts from the belief that nothing is open. */
export function createOpenIntents(log: EventLog, catalog: Catalog): OpenIntents {
  // In the order of their positions, because a map keeps the order of insertion and positions only grow.
  const open = new Map<string, Position>()
  const mark = () => open.values().next().value ?? log.bounds().end
  return {
    opening(intentId, from) {
      open.set(intentId, from)
    },
    closed(intentId) {
      open.delete(intentId)
    },
    mark,
    async moveMark() {
      const newest = mark()
      const kept = catalog.get(marks, markKey)
      if (kept === newest) return
      await catalog.change({ intentId: undefined }, (draft) => draft.put(marks, markKey, newest))
    },
  }
}
