import { stat } from 'node:fs/promises'
import type { DeliveryPlan, TrailLife } from '../../ports/delivery-plan.ts'
import type { Position } from '../../ports/event-log.ts'
import { type Changed, PlanDatabase } from './plan-database.ts'
import { startPlanThread } from './plan-thread.ts'
import type { PlanEngine } from './protocol.ts'
import { backlogOf, type QueueTotals } from './queue-totals.ts'
import { openDatabase } from './schema.ts'

export interface SqlitePlan extends DeliveryPlan {
  /** Writes a consistent copy to `path`, which must not exist. */
  snapshot(path: string): Promise<void>
  /** What is wrong with the file, one sentence each; empty when nothing is. */
  check(): Promise<readonly string[]>
  /** Bytes of the database and its write-ahead log. */
  diskBytes(): Promise<number>
}

/**
 * Opens the plan in one SQLite file, written by a worker: WAL with a sync per change.
 *
 * @throws Fault `delivery.plan-newer-format`, `delivery.plan-unreadable`
 */
export async function openSqlitePlan({ path }: { readonly path: string }): Promise<SqlitePlan> {
  const { engine, terminate } = startPlanThread(path)
  try {
    const plan = planOver(engine, await engine('contents'), terminate)
    return {
      ...plan,
      snapshot: (target) => engine('snapshot', target),
      check: () => engine('check'),
      diskBytes: async () => {
        const sizes = await Promise.all([path, `${path}-wal`].map(sizeOf))
        return sizes.reduce((sum, size) => sum + size, 0)
      },
    }
  } catch (failure) {
    await terminate()
    throw failure
  }
}

/** The same in memory and without a worker, for tests. */
export function openMemoryPlan(): DeliveryPlan {
  const database = new PlanDatabase(openDatabase(':memory:'))
  const engine = async (method: keyof PlanDatabase, ...parameters: readonly unknown[]) => {
    const work = database[method] as (...given: readonly unknown[]) => unknown
    return work.apply(database, [...parameters])
  }
  return planOver(engine as PlanEngine, database.contents(), async () => {})
}

/** Keeps what readers ask for all the time in memory, as it became durable last. */
function planOver(engine: PlanEngine, contents: Changed<undefined>, terminate: () => Promise<void>): DeliveryPlan {
  const queues = new Map<TrailLife, QueueTotals>()
  let start: Position | undefined
  let isClosed = false

  function take<Result>(changed: Changed<Result>): Result {
    start = changed.start as Position | undefined
    for (const [life, queue] of changed.queues) {
      if (queue === undefined) queues.delete(life)
      else queues.set(life, queue)
    }
    return changed.result
  }

  take(contents)
  return {
    start: () => start,
    route: async (routed) => take(await engine('route', routed)),
    backlogs: () => [...queues.values()].map(backlogOf),
    backlog(life) {
      const queue = queues.get(life)
      return queue && backlogOf(queue)
    },
    needsFrom() {
      const fronts = [...queues.values()].flatMap(({ front }) => (front === undefined ? [] : [front.position]))
      return fronts.length === 0 ? undefined : (Math.min(...fronts) as Position)
    },
    claim: async (life, claim) => take(await engine('claim', life, claim)),
    openClaims: (life) => engine('openClaims', life),
    redirect: async (id, claim) => take(await engine('redirect', id, claim)),
    settle: async (id, outcome) => take(await engine('settle', id, outcome)),
    lastDeliveries: (life) => queues.get(life)?.lastDeliveries ?? new Map(),
    regions: (life) => queues.get(life)?.regions ?? new Set(),
    forget: async (life) => take(await engine('forget', life)),
    files: (question) => engine('files', question),
    forgetFiles: async (question) => void take(await engine('forgetFiles', question)),
    async [Symbol.asyncDispose]() {
      if (isClosed) return
      isClosed = true
      await engine('close')
      await terminate()
    },
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
