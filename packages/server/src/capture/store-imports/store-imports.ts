import { Fault } from '../../fault.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { MarkSet } from '../../ports/mark-set.ts'
import type { MessageQueue } from '../../ports/message-queue.ts'
import type { ObjectStore } from '../../ports/object-store.ts'
import type { Timer } from '../../ports/timer.ts'
import { publicKeys } from '../../proofs/index.ts'
import type { FailedFiles } from '../failed-files/index.ts'
import { type ImportEvent, type Imports, isAccount } from '../imports/index.ts'
import type { DigestFinding } from './check-digest.ts'
import { findingsOf, forgetFindings } from './digest-checks.ts'
import { createDigestCopies } from './digest-copies.ts'
import { type Follow, type FollowProgress, type FollowTelemetry, startFollow } from './follow.ts'
import { type FollowOrder, followOrders } from './follow-order.ts'
import { isAllowed, type Source, type SourceStore } from './source.ts'
import { takeAll } from './take-files.ts'

/** What to import from where. Times choose whole days, both inclusive. */
export interface StoreImportRequest {
  readonly store: string
  readonly bucket: string
  readonly prefix: string
  /** Of records that name none; the installation's own by default. */
  readonly account?: string
  readonly sinceMs?: number
}

export interface FollowRequest extends StoreImportRequest {
  /** Where the bucket announces new files: a queue's URL or ARN. Its messages are deleted. */
  readonly queue?: string
  /** Public keys, base64 of DER: digests that come from now on are checked with them. */
  readonly verifyKeys?: readonly string[]
}

export interface FollowStatus extends FollowProgress, Omit<FollowOrder, 'seenToMs' | 'verifyKeys'> {
  readonly id: string
  /** What checks of digests found, from the beginning on; absent where they are not checked. */
  readonly findings?: readonly DigestFinding[]
}

/** Takes log files in from S3-compatible stores. Every method that takes a request may throw what `check` does. */
export interface StoreImports {
  /**
   * @throws Fault `import.store-unknown`, `import.store-not-allowed`
   * @throws Fault `import.account-invalid`
   */
  check(request: StoreImportRequest): void
  /** The objects of a place, for whoever verifies them. Throws what `check` does. */
  objects(request: Pick<StoreImportRequest, 'store' | 'bucket' | 'prefix'>): ObjectStore
  /**
   * Takes in what is there and was not taken in before. Otherwise as {@link Imports.run}.
   *
   * @throws Fault `object.*` when the store cannot be read, `import.marks-failed`
   */
  run(
    request: StoreImportRequest & { readonly untilMs?: number; readonly isPlan: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<ImportEvent>
  /**
   * Takes in what is there and what is added to it, until it is stopped, also after a restart. The same place once: asked
   * for again it may get another queue and other keys.
   *
   * @throws Fault `import.queue-unknown`, `import.queue-taken`, `import.keys-invalid`
   */
  follow(request: FollowRequest): Promise<FollowStatus>
  follows(): readonly FollowStatus[]
  /** Whether there was such a one. What it took in stays. */
  stop(id: string): Promise<boolean>
  [Symbol.asyncDispose](): Promise<void>
}

export interface StoreImportsOptions {
  readonly stores: readonly SourceStore[]
  readonly imports: Imports
  readonly failedFiles: FailedFiles
  /** A queue that may be read for a store, by URL or ARN. */
  queueOf(store: string, address: string): MessageQueue | undefined
  readonly marks: MarkSet
  /** Where copies of digests are kept. */
  readonly objects: ObjectStore
  readonly catalog: Catalog
  readonly clock: Clock
  readonly timer: Timer
  readonly ids: Ids
  /** Between two rounds of a follow. */
  readonly followIntervalMs: number
  readonly telemetry: FollowTelemetry
}

const noIntent = { intentId: undefined }

/** Opens the imports and goes on with the follows that were ordered before. */
export function createStoreImports(options: StoreImportsOptions): StoreImports {
  const { stores, catalog, clock, timer, ids } = options
  const taking = { imports: options.imports, marks: options.marks, digests: createDigestCopies(options.objects) }
  const running = new Map<string, Follow>()
  let turn: Promise<unknown> = Promise.resolve()

  function sourceOf(request: StoreImportRequest & { readonly untilMs?: number }): Source {
    const { store: name, bucket, prefix, account, sinceMs, untilMs } = request
    const store = stores.find((one) => one.name === name)
    if (store === undefined) throw new Fault('import.store-unknown', 'there is no such store', { store: name })
    if (!isAllowed(store, bucket, prefix)) {
      throw new Fault('import.store-not-allowed', 'the store may not be used for this', { store: name, bucket, prefix })
    }
    if (account !== undefined && !isAccount(account)) {
      throw new Fault('import.account-invalid', 'account is not 12 digits', { account })
    }
    return {
      store,
      bucket,
      prefix,
      ...(sinceMs !== undefined && { sinceMs }),
      ...(untilMs !== undefined && { untilMs }),
    }
  }

  function requireQueue({ store, queue: address }: Pick<FollowRequest, 'store' | 'queue'>): MessageQueue | undefined {
    if (address === undefined) return undefined
    const queue = options.queueOf(store, address)
    if (queue !== undefined) return queue
    throw new Fault('import.queue-unknown', 'the queue may not be read for this store', { store, queue: address })
  }

  /** A queue that left the configuration is one that fails: what only listing finds is found all the same. */
  function orderedQueue(order: FollowOrder): MessageQueue | undefined {
    if (order.queue === undefined) return undefined
    return {
      receive: async (wish) => (await requireQueue(order)?.receive(wish)) ?? [],
      delete: async (handles) => requireQueue(order)?.delete(handles),
      async [Symbol.asyncDispose]() {},
    }
  }

  function start(id: string, order: FollowOrder): void {
    const source = sourceOf(order)
    const queue = orderedQueue(order)
    const follow = startFollow({
      id,
      order,
      source,
      ...(queue && { queue }),
      catalog,
      failedFiles: options.failedFiles,
      taking,
      clock,
      timer,
      intervalMs: options.followIntervalMs,
      inTurn(work) {
        const done = turn.then(work)
        turn = done.catch(() => undefined)
        return done
      },
      seenTo: (seenToMs) =>
        catalog.change(noIntent, (draft) => {
          const newest = draft.get(followOrders, id)
          if (newest !== undefined) draft.put(followOrders, id, { ...newest, seenToMs })
        }),
      telemetry: options.telemetry,
    })
    running.set(id, follow)
  }

  async function end(id: string): Promise<void> {
    const follow = running.get(id)
    running.delete(id)
    await follow?.[Symbol.asyncDispose]()
  }

  for (const { key, value } of catalog.list(followOrders)) {
    try {
      start(key, value)
    } catch (error) {
      // The configuration no longer has its store; the order stays for when it has again.
      options.telemetry.followFailed({ id: key, error })
    }
  }

  const statusOf = (id: string, { seenToMs: _, verifyKeys, ...order }: FollowOrder): FollowStatus => ({
    id,
    ...order,
    ...(running.get(id)?.progress() ?? notRunning),
    ...(verifyKeys && { findings: findingsOf(catalog, id) }),
  })

  return {
    check: (request) => void sourceOf(request),
    objects: (request) => sourceOf(request).store.objects,
    run({ isPlan, signal, ...request }) {
      const { account } = request
      return takeAll(taking, { source: sourceOf(request), isPlan, signal, ...(account !== undefined && { account }) })
    },
    async follow(request) {
      sourceOf(request)
      requireQueue(request)
      const { store, bucket, prefix, account, sinceMs, queue, verifyKeys } = request
      if (verifyKeys !== undefined) requireKeys(verifyKeys)
      const order: FollowOrder = {
        store,
        bucket,
        prefix,
        ...(account !== undefined && { account }),
        ...(sinceMs !== undefined && { sinceMs }),
        ...(queue !== undefined && { queue }),
        ...(verifyKeys !== undefined && { verifyKeys }),
        orderedAtMs: clock.nowMs(),
      }
      const ordered = await catalog.change(noIntent, (draft) => {
        const all = draft.list(followOrders)
        const same = all.find(({ value }) => isSamePlace(value, order))
        // A message has one reader: what the other would do with it is gone for the first.
        if (queue !== undefined && all.some((one) => one !== same && one.value.queue === queue)) {
          throw new Fault('import.queue-taken', 'another follow reads this queue', { queue })
        }
        const put =
          same === undefined ? order : { ...same.value, ...(queue && { queue }), ...(verifyKeys && { verifyKeys }) }
        if (same !== undefined && JSON.stringify(put) === JSON.stringify(same.value)) {
          return { id: same.key, order: same.value, isNew: false }
        }
        const id = same?.key ?? ids.uuid().slice(0, 8)
        draft.put(followOrders, id, put)
        return { id, order: put, isNew: true }
      })
      if (ordered.isNew) await end(ordered.id)
      if (!running.has(ordered.id)) start(ordered.id, ordered.order)
      return statusOf(ordered.id, ordered.order)
    },
    follows: () => catalog.list(followOrders).map(({ key, value }) => statusOf(key, value)),
    async stop(id) {
      const wasThere = await catalog.change(noIntent, (draft) => {
        const isThere = draft.get(followOrders, id) !== undefined
        if (isThere) draft.delete(followOrders, id)
        return isThere
      })
      await end(id)
      await forgetFindings(catalog, id)
      return wasThere
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running.values()].map((follow) => follow[Symbol.asyncDispose]()))
    },
  }
}

const notRunning: FollowProgress = {
  state: 'failing',
  isSwept: false,
  files: 0,
  events: 0,
  unreadable: 0,
  failure: { code: 'import.store-unknown', message: 'the configuration does not let it be read' },
}

/** AWS rotates its keys now and then; a list beyond this is none. */
const keysMax = 1_000

function requireKeys(values: readonly string[]): void {
  try {
    if (values.length <= keysMax && publicKeys(values).count > 0) return
  } catch (cause) {
    throw new Fault('import.keys-invalid', 'what was given are no public keys', {}, { cause })
  }
  throw new Fault('import.keys-invalid', 'there are no public keys, or too many', { keys: values.length })
}

function isSamePlace(a: FollowOrder, b: FollowOrder): boolean {
  return a.store === b.store && a.bucket === b.bucket && a.prefix === b.prefix
}
