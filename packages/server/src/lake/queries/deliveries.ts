import type { LakeResults, ResultRow } from '../../ports/lake-results.ts'
import type { DeliveryState, LakeQuery, ResultDestination } from './query.ts'
import type { QueryRecords } from './query-records.ts'

export interface DeliverableResult {
  readonly query: LakeQuery
  readonly rows: AsyncIterable<readonly ResultRow[]>
}

/** Where rows go when the query finished, and how they get there. */
export interface Delivery extends ResultDestination {
  deliver(result: DeliverableResult): Promise<DeliveryState>
}

/** Results on their way: each ends with its state in the query's record. */
export interface Deliveries {
  start(query: LakeQuery, delivery: Delivery, records: QueryRecords): void
  isUnderWay(id: string): boolean
  /** Resolves when none is under way any more. */
  ended(): Promise<void>
}

/** @param closing aborted when the server ends: deliveries under way stop at the next rows */
export function createDeliveries(
  results: LakeResults,
  closing: AbortSignal,
  broke: (queryId: string, cause: unknown) => void,
): Deliveries {
  const underWay = new Map<string, Promise<void>>()

  async function* rowsOf(id: string): AsyncGenerator<readonly ResultRow[]> {
    for await (const rows of results.readAll(id)) {
      closing.throwIfAborted()
      yield rows
    }
  }

  return {
    start(query, delivery, records) {
      const work = async () => {
        const state = await delivery.deliver({ query, rows: rowsOf(query.id) })
        // Cut off by the server's end: the next start says that nobody knows.
        if (closing.aborted && state !== 'SUCCESS') return
        await records.save({ ...query, delivery: { ...destinationOf(delivery), state } })
      }
      const delivering = work()
        .catch((cause) => broke(query.id, cause))
        .finally(() => underWay.delete(query.id))
      underWay.set(query.id, delivering)
    },
    isUnderWay: (id) => underWay.has(id),
    async ended() {
      await Promise.all(underWay.values())
    },
  }
}

/** What of a delivery is kept. */
export function destinationOf({ uri, bucket, prefix }: ResultDestination): ResultDestination {
  return { uri, bucket, ...(prefix !== undefined && { prefix }) }
}
