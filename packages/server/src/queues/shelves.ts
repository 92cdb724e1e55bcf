import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import { readReceipt, receiptHandle, type StoredMessage } from './message.ts'
import { attributesBytes } from './message-attributes.ts'
import { type Queue, queuePath } from './queue.ts'

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

/** What a message costs beside its body. */
const overheadBytes = 512

/** Memory that a message takes. */
export function costOf({ body, attributes }: Pick<StoredMessage, 'body' | 'attributes'>): number {
  return body.length + (attributes === undefined ? 0 : attributesBytes(attributes)) + overheadBytes
}

/** The number of a message from its key, `<queue's path>|<number>`. */
export function numberOf(key: string): number {
  return Number.parseInt(key.split('|')[1] ?? '0', 16)
}

/** The messages of all queues in memory: which are visible, hidden or delayed, and how often each was received. */
export interface Shelves {
  /** What all of them take. */
  readonly bytes: number
  /** `key` begins with the path of the queue. Messages of a queue stand in the order in which they are held. */
  hold(key: string, message: StoredMessage): void
  has(path: string, key: string): boolean
  keys(path: string): readonly string[]
  sentBefore(path: string, timeMs: number): readonly string[]
  drop(path: string, keys: readonly string[]): void
  /** The queue is gone. */
  forget(path: string): void
  /** Resolves when a message is held, or shown again before its time. */
  changed(path: string): Promise<void>
  /** Up to `max` visible messages, hidden from now on. */
  take(queue: Queue, wish: Pick<ReceiveWish, 'max' | 'visibilityMs'>): readonly ReceivedMessage[]
  /** Up to `max` visible messages that were received so often, hidden until they are dropped or put back. */
  takeSpent(
    queue: Queue,
    receivesMin: number,
    max: number,
  ): readonly { readonly key: string; readonly message: StoredMessage }[]
  putBack(queue: Queue, keys: readonly string[]): void
  /** The message that a handle names; `undefined` for a text that is no handle of this queue. */
  addressed(queue: Queue, handle: string): { readonly key: string; readonly isThere: boolean } | undefined
  /** Hides a received message for so long from now on; 0 shows it again. */
  changeVisibility(queue: Queue, handle: string, seconds: number): 'changed' | 'malformed' | 'not-in-flight'
  counts(queue: Queue): QueueCounts
}

interface Held {
  readonly message: StoredMessage
  hiddenUntilMs: number
  receiveCount: number
  firstReceivedAtMs: number
}

interface Shelf {
  readonly messages: Map<string, Held>
  change: PromiseWithResolvers<void>
}

export function createShelves({ clock, ids }: { readonly clock: Clock; readonly ids: Ids }): Shelves {
  const shelves = new Map<string, Shelf>()
  let bytes = 0

  function shelfOf(path: string): Shelf {
    const shelf = shelves.get(path) ?? { messages: new Map(), change: Promise.withResolvers<void>() }
    shelves.set(path, shelf)
    return shelf
  }

  function tellChange(shelf: Shelf): void {
    shelf.change.resolve()
    shelf.change = Promise.withResolvers()
  }

  function find(queue: Queue, handle: string): { readonly key: string; readonly held: Held | undefined } | undefined {
    const receipt = readReceipt(handle)
    const path = queuePath(queue)
    if (receipt === undefined || !receipt.key.startsWith(`${path}|`)) return undefined
    const held = shelfOf(path).messages.get(receipt.key)
    return { key: receipt.key, held: held?.message.id === receipt.id ? held : undefined }
  }

  return {
    get bytes() {
      return bytes
    },
    hold(key, message) {
      const [path = ''] = key.split('|')
      const shelf = shelfOf(path)
      const unseen = { hiddenUntilMs: message.visibleAtMs, receiveCount: 0, firstReceivedAtMs: 0 }
      shelf.messages.set(key, { message, ...unseen })
      bytes += costOf(message)
      tellChange(shelf)
    },
    has: (path, key) => shelfOf(path).messages.has(key),
    keys: (path) => [...shelfOf(path).messages.keys()],
    sentBefore(path, timeMs) {
      const old = [...shelfOf(path).messages].filter(([, { message }]) => message.sentAtMs < timeMs)
      return old.map(([key]) => key)
    },
    drop(path, keys) {
      const { messages } = shelfOf(path)
      for (const key of keys) {
        const held = messages.get(key)
        if (held && messages.delete(key)) bytes -= costOf(held.message)
      }
    },
    forget: (path) => void shelves.delete(path),
    changed: (path) => shelfOf(path).change.promise,
    take(queue, { max, visibilityMs }) {
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
    },
    takeSpent(queue, receivesMin, max) {
      const nowMs = clock.nowMs()
      const spent = [...shelfOf(queuePath(queue)).messages]
        .filter(([, held]) => held.hiddenUntilMs <= nowMs && held.receiveCount >= receivesMin)
        .slice(0, max)
      // Nobody receives them on their way.
      for (const [, held] of spent) held.hiddenUntilMs = Number.POSITIVE_INFINITY
      return spent.map(([key, { message }]) => ({ key, message }))
    },
    putBack(queue, keys) {
      const { messages } = shelfOf(queuePath(queue))
      for (const key of keys) {
        const held = messages.get(key)
        if (held) held.hiddenUntilMs = clock.nowMs()
      }
    },
    addressed(queue, handle) {
      const found = find(queue, handle)
      return found && { key: found.key, isThere: found.held !== undefined }
    },
    changeVisibility(queue, handle, seconds) {
      const found = find(queue, handle)
      if (found === undefined) return 'malformed'
      const nowMs = clock.nowMs()
      const { held } = found
      if (held === undefined || held.hiddenUntilMs <= nowMs || held.receiveCount === 0) return 'not-in-flight'
      held.hiddenUntilMs = nowMs + seconds * 1000
      tellChange(shelfOf(queuePath(queue)))
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
  }
}
