import { createHash } from 'node:crypto'
import { Fault } from '../fault.ts'
import type { Catalog, CatalogDraft, Cause } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Timer } from '../ports/timer.ts'
import { messageCollection, readReceipt, receiptHandle, type StoredMessage } from './message.ts'
import { attributesBytes, attributesMd5, type MessageAttributes } from './message-attributes.ts'
import { type Queue, type QueuePlace, queueCollection, queuePath } from './queue.ts'
import { queuePlace } from './read-queue.ts'

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

export interface ReceiveWish {
  readonly max: number
  readonly waitMs: number
  readonly visibilityMs: number
  /** Stop waiting: nobody hears the answer. */
  readonly signal: AbortSignal
}

export interface ReceivedMessage extends StoredMessage {
  readonly handle: string
  readonly receiveCount: number
  readonly firstReceivedAtMs: number
}

export interface QueueCounts {
  readonly visible: number
  readonly hidden: number
  readonly delayed: number
}

/** The catalogue is held in memory, and so is what nobody fetches: all messages together, of all queues. */
const bytesMax = 256 * 1024 * 1024
/** What a message costs beside its body. */
const overheadBytes = 512

/** Somebody who waits for messages looks again this often, for those whose time of hiding is over. */
const lookAgainMs = 1_000

/** Messages moved to a dead-letter queue in one change. */
const movedMax = 1_000

function costOf({ body, attributes }: Pick<StoredMessage, 'body' | 'attributes'>): number {
  return body.length + (attributes === undefined ? 0 : attributesBytes(attributes)) + overheadBytes
}

interface Held {
  readonly message: StoredMessage
  hiddenUntilMs: number
  receiveCount: number
  firstReceivedAtMs: number
}

interface Shelf {
  /** By key, in the order of sending. */
  readonly messages: Map<string, Held>
  wake: PromiseWithResolvers<void>
}

export function createQueues(options: {
  readonly catalog: Catalog
  /** The machine's: clients wait in real time. */
  readonly clock: Clock
  readonly timer: Timer
  readonly ids: Ids
}): Queues {
  const { catalog, clock, timer, ids } = options
  const shelves = new Map<string, Shelf>()
  let bytes = 0
  let sequence = 0
  for (const { key, value } of catalog.list(messageCollection)) hold(key, value)

  function shelfOf(path: string): Shelf {
    const shelf = shelves.get(path) ?? { messages: new Map(), wake: Promise.withResolvers<void>() }
    shelves.set(path, shelf)
    return shelf
  }

  function hold(key: string, message: StoredMessage): void {
    const [path = '', number = '0'] = key.split('|')
    sequence = Math.max(sequence, Number.parseInt(number, 16))
    const shelf = shelfOf(path)
    const unseen = { hiddenUntilMs: message.visibleAtMs, receiveCount: 0, firstReceivedAtMs: 0 }
    shelf.messages.set(key, { message, ...unseen })
    bytes += costOf(message)
    shelf.wake.resolve()
    shelf.wake = Promise.withResolvers()
  }

  async function letGo(cause: Cause, path: string, keys: readonly string[]): Promise<void> {
    const { messages } = shelfOf(path)
    const there = keys.filter((key) => messages.has(key))
    if (there.length === 0) return
    await catalog.change(cause, (draft) => {
      for (const key of there) draft.delete(messageCollection, key)
    })
    for (const key of there) {
      const held = messages.get(key)
      if (held && messages.delete(key)) bytes -= costOf(held.message)
    }
  }

  function take(queue: Queue, { max, visibilityMs }: ReceiveWish): readonly ReceivedMessage[] {
    const taken: ReceivedMessage[] = []
    const nowMs = clock.nowMs()
    const oldestMs = nowMs - queue.settings.retentionSeconds * 1000
    for (const [key, held] of shelfOf(queuePath(queue)).messages) {
      if (taken.length === max) break
      if (held.hiddenUntilMs > nowMs || held.message.sentAtMs < oldestMs) continue
      held.hiddenUntilMs = nowMs + visibilityMs
      held.receiveCount += 1
      held.firstReceivedAtMs ||= nowMs
      const { receiveCount, firstReceivedAtMs } = held
      const handle = receiptHandle(key, held.message, ids.bytes(8))
      taken.push({ ...held.message, handle, receiveCount, firstReceivedAtMs })
    }
    return taken
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
    const nowMs = clock.nowMs()
    const { messages } = shelfOf(queuePath(queue))
    const spent = [...messages].filter(
      ([, held]) => held.hiddenUntilMs <= nowMs && held.receiveCount >= redrive.receivesMax,
    )
    if (spent.length === 0) return
    const moved = spent.slice(0, movedMax).map(([from, held]) => {
      // Nobody receives it on its way.
      held.hiddenUntilMs = Number.POSITIVE_INFINITY
      const message: StoredMessage = { ...held.message, visibleAtMs: 0, deadLetterSource: arn }
      return { from, held, key: nextKey(target), message }
    })
    try {
      await catalog.change({ intentId: undefined }, (draft) => {
        for (const { from, key, message } of moved) {
          draft.delete(messageCollection, from)
          draft.put(messageCollection, key, message)
        }
      })
    } catch (error) {
      for (const { held } of moved) held.hiddenUntilMs = nowMs
      throw error
    }
    for (const { from, held, key, message } of moved) {
      if (messages.delete(from)) bytes -= costOf(held.message)
      hold(key, message)
    }
  }

  /** The message that a handle names; `undefined` for a text that is no handle of this queue. */
  function addressed(queue: Queue, handle: string): { readonly key: string; readonly held?: Held } | undefined {
    const receipt = readReceipt(handle)
    const path = queuePath(queue)
    if (receipt === undefined || !receipt.key.startsWith(`${path}|`)) return undefined
    const held = shelfOf(path).messages.get(receipt.key)
    return { key: receipt.key, ...(held?.message.id === receipt.id && { held }) }
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
      shelves.delete(queuePath(queue))
    },
    async purge(cause, queue) {
      const path = queuePath(queue)
      await letGo(cause, path, [...shelfOf(path).messages.keys()])
    },
    async send(cause, queue, messages, also) {
      const added = messages.reduce((sum, message) => sum + costOf(message), 0)
      if (bytes + added > bytesMax) throw new Fault('queue.full', 'no room for messages', { queue: queue.arn })
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
      for (const { key, message } of stored) hold(key, message)
      return stored.map(({ message: { id, md5, attributes = {} } }) => {
        const attributesHash = attributesMd5(attributes)
        return { id, md5, ...(attributesHash !== undefined && { attributesMd5: attributesHash }) }
      })
    },
    async receive(queue, wish) {
      const endsAtMs = clock.nowMs() + wish.waitMs
      for (;;) {
        await moveSpent(queue)
        const { wake } = shelfOf(queuePath(queue))
        const taken = take(queue, wish)
        const leftMs = endsAtMs - clock.nowMs()
        if (taken.length > 0 || leftMs <= 0 || wish.signal.aborted) return taken
        const over = new AbortController()
        const pause = timer.sleep(Math.min(leftMs, lookAgainMs), AbortSignal.any([wish.signal, over.signal]))
        await Promise.race([wake.promise, pause.catch(() => undefined)])
        over.abort()
        await pause.catch(() => undefined)
      }
    },
    async delete(cause, queue, handles) {
      const found = handles.map((handle) => addressed(queue, handle))
      const keys = found.flatMap((one) => (one?.held === undefined ? [] : [one.key]))
      await letGo(cause, queuePath(queue), keys)
      return found.map((one) => (one === undefined ? 'malformed' : 'deleted'))
    },
    changeVisibility(queue, handle, seconds) {
      const found = addressed(queue, handle)
      if (found === undefined) return 'malformed'
      const nowMs = clock.nowMs()
      if (found.held === undefined || found.held.hiddenUntilMs <= nowMs || found.held.receiveCount === 0) {
        return 'not-in-flight'
      }
      found.held.hiddenUntilMs = nowMs + seconds * 1000
      const shelf = shelfOf(queuePath(queue))
      shelf.wake.resolve()
      shelf.wake = Promise.withResolvers()
      return 'changed'
    },
    counts(queue) {
      const nowMs = clock.nowMs()
      const counts = { visible: 0, hidden: 0, delayed: 0 }
      for (const { hiddenUntilMs, receiveCount } of shelfOf(queuePath(queue)).messages.values()) {
        if (hiddenUntilMs <= nowMs) counts.visible += 1
        else counts[receiveCount === 0 ? 'delayed' : 'hidden'] += 1
      }
      return counts
    },
    async expire() {
      const nowMs = clock.nowMs()
      for (const { key: path, value: queue } of catalog.list(queueCollection)) {
        const oldestMs = nowMs - queue.settings.retentionSeconds * 1000
        const spent = [...shelfOf(path).messages].filter(([, { message }]) => message.sentAtMs < oldestMs)
        await letGo(
          { intentId: undefined },
          path,
          spent.map(([key]) => key),
        )
      }
    },
  }
  return queues
}
