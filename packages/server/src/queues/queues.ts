import { createHash } from 'node:crypto'
import { Fault } from '../fault.ts'
import type { Catalog, CatalogDraft, Cause } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Timer } from '../ports/timer.ts'
import { messageCollection, type StoredMessage } from './message.ts'
import { attributesMd5, type MessageAttributes } from './message-attributes.ts'
import { type Queue, type QueuePlace, queueCollection, queuePath, queuePlace } from './queue.ts'
import { costOf, createShelves, numberOf, type QueueCounts, type ReceivedMessage, type ReceiveWish } from './shelves.ts'

/**
 * Queues of every account. A message:
 *
 *     sent ──delay──► visible ──receive──► hidden ──delete──► gone
 *                        ▲                    │
 *                        └────time is over────┘   received too often: moved to the dead-letter queue, if there is one
 *
 * Messages are in the catalogue, so what was sent is durable when it is answered. That one is hidden is known in memory
 * only: after a restart it is received again, as any reader of such a queue must expect.
 */
export interface Queues {
  find(place: QueuePlace): Queue | undefined
  /** By name. */
  inRegion(account: string, region: string): readonly Queue[]
  /** Answers the queue that has the name already, changing nothing, else `undefined`. */
  create(cause: Cause, queue: Queue): Promise<Queue | undefined>
  edit(cause: Cause, place: QueuePlace, edit: (queue: Queue) => Queue): Promise<Queue | undefined>
  /** Removes a queue with its messages. */
  remove(cause: Cause, queue: Queue): Promise<void>
  /** Removes the messages of a queue. */
  purge(cause: Cause, queue: Queue): Promise<void>
  /**
   * `also` is part of the change that makes the messages durable.
   *
   * @throws Fault `queue.full`
   */
  send(
    cause: Cause,
    queue: Queue,
    messages: readonly NewMessage[],
    also?: (draft: CatalogDraft) => void,
  ): Promise<readonly SentMessage[]>
  /** Up to `max` visible messages, hidden from now on; waits for the first one. */
  receive(queue: Queue, wish: ReceiveWish): Promise<readonly ReceivedMessage[]>
  /** Idempotent. `malformed`: the text is no handle of this queue. */
  delete(cause: Cause, queue: Queue, handles: readonly string[]): Promise<readonly ('deleted' | 'malformed')[]>
  /** Hides a received message for so long from now on; 0 shows it again. */
  changeVisibility(queue: Queue, handle: string, seconds: number): 'changed' | 'malformed' | 'not-in-flight'
  counts(queue: Queue): QueueCounts
  /** Forgets messages that are older than their queue keeps them. */
  expire(): Promise<void>
}

export interface NewMessage {
  readonly body: string
  readonly senderId: string
  /** Default: the queue's. */
  readonly delaySeconds?: number
  readonly attributes?: MessageAttributes
}

export interface SentMessage {
  readonly id: string
  readonly md5: string
  /** Of the attributes, where there are any. */
  readonly attributesMd5?: string
}

/** The catalogue is held in memory, and so is what nobody fetches: all messages together, of all queues. */
const bytesMax = 256 * 1024 * 1024
/** Somebody who waits for messages looks again this often, for those whose time of hiding is over. */
const lookAgainMs = 1_000

/** Messages moved to a dead-letter queue in one change. */
const movedMax = 1_000

export function createQueues(options: {
  readonly catalog: Catalog
  /** The machine's: clients wait in real time. */
  readonly clock: Clock
  readonly timer: Timer
  readonly ids: Ids
}): Queues {
  const { catalog, clock, timer, ids } = options
  const shelves = createShelves({ clock, ids })
  let sequence = 0
  for (const { key, value } of catalog.list(messageCollection)) {
    sequence = Math.max(sequence, numberOf(key))
    shelves.hold(key, value)
  }

  async function letGo(cause: Cause, path: string, keys: readonly string[]): Promise<void> {
    const there = keys.filter((key) => shelves.has(path, key))
    if (there.length === 0) return
    await catalog.change(cause, (draft) => {
      for (const key of there) draft.delete(messageCollection, key)
    })
    shelves.drop(path, there)
  }

  function nextKey(queue: QueuePlace): string {
    sequence += 1
    return `${queuePath(queue)}|${sequence.toString(16).padStart(16, '0')}`
  }

  /** Moves messages that were received as often as they may to the dead-letter queue, if it is there. */
  async function moveSpent(queue: Queue): Promise<void> {
    const { redrive, arn } = queue
    const place = redrive && queuePlace(redrive.deadLetterArn)
    const target = place && queues.find(place)
    if (redrive === undefined || target === undefined) return
    const moved = shelves.takeSpent(queue, redrive.receivesMax, movedMax).map(({ key: from, message: spent }) => {
      const message: StoredMessage = { ...spent, visibleAtMs: 0, deadLetterSource: arn }
      return { from, key: nextKey(target), message }
    })
    if (moved.length === 0) return
    const taken = moved.map(({ from }) => from)
    try {
      await catalog.change({ intentId: undefined }, (draft) => {
        for (const { from, key, message } of moved) {
          draft.delete(messageCollection, from)
          draft.put(messageCollection, key, message)
        }
      })
    } catch (error) {
      shelves.putBack(queue, taken)
      throw error
    }
    shelves.drop(queuePath(queue), taken)
    for (const { key, message } of moved) shelves.hold(key, message)
  }

  const queues: Queues = {
    find: (place) => catalog.get(queueCollection, queuePath(place)),
    inRegion: (account, region) => catalog.list(queueCollection, `${account}/${region}/`).map(({ value }) => value),
    create: (cause, queue) =>
      catalog.change(cause, (draft) => {
        const taken = draft.get(queueCollection, queuePath(queue))
        if (!taken) draft.put(queueCollection, queuePath(queue), queue)
        return taken
      }),
    edit: (cause, place, edit) =>
      catalog.change(cause, (draft) => {
        const queue = draft.get(queueCollection, queuePath(place))
        if (!queue) return undefined
        const edited = edit(queue)
        draft.put(queueCollection, queuePath(place), edited)
        return edited
      }),
    async remove(cause, queue) {
      await queues.purge({ intentId: undefined }, queue)
      await catalog.change(cause, (draft) => draft.delete(queueCollection, queuePath(queue)))
      shelves.forget(queuePath(queue))
    },
    async purge(cause, queue) {
      const path = queuePath(queue)
      await letGo(cause, path, shelves.keys(path))
    },
    async send(cause, queue, messages, also) {
      const added = messages.reduce((sum, message) => sum + costOf(message), 0)
      if (shelves.bytes + added > bytesMax) throw new Fault('queue.full', 'no room for messages', { queue: queue.arn })
      const sentAtMs = clock.nowMs()
      const stored = messages.map(({ body, senderId, attributes, delaySeconds = queue.settings.delaySeconds }) => {
        const key = nextKey(queue)
        const md5 = createHash('md5').update(body).digest('hex')
        const visibleAtMs = sentAtMs + delaySeconds * 1000
        return {
          key,
          message: { id: ids.uuid(), body, md5, sentAtMs, visibleAtMs, senderId, ...(attributes && { attributes }) },
        }
      })
      await catalog.change(cause, (draft) => {
        for (const { key, message } of stored) draft.put(messageCollection, key, message)
        also?.(draft)
      })
      for (const { key, message } of stored) shelves.hold(key, message)
      return stored.map(({ message: { id, md5, attributes = {} } }) => {
        const attributesHash = attributesMd5(attributes)
        return { id, md5, ...(attributesHash !== undefined && { attributesMd5: attributesHash }) }
      })
    },
    async receive(queue, wish) {
      const endsAtMs = clock.nowMs() + wish.waitMs
      for (;;) {
        await moveSpent(queue)
        const changed = shelves.changed(queuePath(queue))
        const taken = shelves.take(queue, wish)
        const leftMs = endsAtMs - clock.nowMs()
        if (taken.length > 0 || leftMs <= 0 || wish.signal.aborted) return taken
        const over = new AbortController()
        const pause = timer.sleep(Math.min(leftMs, lookAgainMs), AbortSignal.any([wish.signal, over.signal]))
        await Promise.race([changed, pause.catch(() => undefined)])
        over.abort()
        await pause.catch(() => undefined)
      }
    },
    async delete(cause, queue, handles) {
      const found = handles.map((handle) => shelves.addressed(queue, handle))
      const keys = found.flatMap((one) => (one?.isThere ? [one.key] : []))
      await letGo(cause, queuePath(queue), keys)
      return found.map((one) => (one === undefined ? 'malformed' : 'deleted'))
    },
    changeVisibility: shelves.changeVisibility,
    counts: shelves.counts,
    async expire() {
      const nowMs = clock.nowMs()
      for (const { key: path, value: queue } of catalog.list(queueCollection)) {
        const oldestMs = nowMs - queue.settings.retentionSeconds * 1000
        await letGo({ intentId: undefined }, path, shelves.sentBefore(path, oldestMs))
      }
    },
  }
  return queues
}
