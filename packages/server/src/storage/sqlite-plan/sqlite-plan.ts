import { stat } from 'node:fs/promises'
import { Fault } from '../../fault.ts'
import type { DeliveryPlan, TrailLife } from '../../ports/delivery-plan.ts'
import type { Position } from '../../ports/event-log.ts'
import { createDatabaseThread, type DatabaseConnection, type DatabaseThread } from '../database-thread/index.ts'
import { type Changed, openPlanDatabase, type PlanDatabase } from './plan-database.ts'
import { backlogOf, type QueueTotals } from './queue-totals.ts'

type PlanCall = DatabaseConnection<PlanDatabase>['call']

export interface SqlitePlan extends DeliveryPlan {
  /** Writes a consistent copy to `path`, which must not exist. */
  snapshot(path: string): Promise<void>
  /** What is wrong with the file, one sentence each; empty when nothing is. */
  check(): Promise<readonly string[]>
  /** Bytes of the database and its write-ahead log. */
  diskBytes(): Promise<number>
}

/**
 * Opens the plan in one SQLite file, written in `thread`: WAL with a sync per change.
 *
 * @throws Fault `delivery.plan-newer-format`, `delivery.plan-unreadable`
 */
export async function openSqlitePlan({
  path,
  thread = createDatabaseThread(),
}: {
  readonly path: string
  readonly thread?: DatabaseThread
}): Promise<SqlitePlan> {
  const { call, close } = thread.connect<PlanDatabase>('plan', path, planFailed)
  try {
    const plan = planOver(call, await call('contents'), close)
    return {
      ...plan,
      snapshot: (target) => call('snapshot', target),
      check: () => call('check'),
      diskBytes: async () => {
        const sizes = await Promise.all([path, `${path}-wal`].map(sizeOf))
        return sizes.reduce((sum, size) => sum + size, 0)
      },
    }
  } catch (failure) {
    await close()
    throw failure
  }
}

function planFailed(reason: string, cause?: unknown): Fault {
  return new Fault('delivery.plan-failed', 'the delivery plan cannot be relied on', { reason }, { cause })
}

/** The same in memory and without a worker, for tests. */
export function openMemoryPlan(): DeliveryPlan {
  const database = openPlanDatabase(':memory:')
  const call = async (method: keyof PlanDatabase, ...parameters: readonly unknown[]) => {
    const work = database[method] as (...given: readonly unknown[]) => unknown
    return work.apply(database, [...parameters])
  }
  return planOver(call as PlanCall, database.contents(), async () => database.close())
}

/** Keeps what readers ask for all the time in memory, as it became durable last. */
function planOver(call: PlanCall, contents: Changed<undefined>, close: () => Promise<void>): DeliveryPlan {
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
    route: async (routed) => take(await call('route', routed)),
    backlogs: () => [...queues.values()].map(backlogOf),
    backlog(life) {
      const queue = queues.get(life)
      return queue && backlogOf(queue)
    },
    needsFrom() {
      const fronts = [...queues.values()].flatMap(({ front }) => (front === undefined ? [] : [front.position]))
      return fronts.length === 0 ? undefined : (Math.min(...fronts) as Position)
    },
    claim: async (life, claim) => take(await call('claim', life, claim)),
    openClaims: (life) => call('openClaims', life),
    redirect: async (id, claim) => take(await call('redirect', id, claim)),
    settle: async (id, outcome) => take(await call('settle', id, outcome)),
    lastDeliveries: (life) => queues.get(life)?.lastDeliveries ?? new Map(),
    regions: (life) => queues.get(life)?.regions ?? new Set(),
    forget: async (life) => take(await call('forget', life)),
    files: (question) => call('files', question),
    forgetFiles: async (question) => void take(await call('forgetFiles', question)),
    async [Symbol.asyncDispose]() {
      if (isClosed) return
      isClosed = true
      await close()
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
