import { type Config, storeCredentials } from '../config/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { MessageQueue } from '../ports/message-queue.ts'
import { type Queues, queuePlace, readQueue } from '../queues/index.ts'
import { createSqsQueue } from '../storage/sqs/index.ts'

/** The queues in which stores may announce new files. */
export interface Announcements {
  /** `address`: the ARN of a queue of this installation, or a URL that the configuration gives the store. */
  queueOf(store: string, address: string): MessageQueue | undefined
  [Symbol.asyncDispose](): Promise<void>
}

/** Connects to nothing yet. */
export function openAnnouncements({ stores }: Config, queues: Queues, machineClock: Clock): Announcements {
  const byUrl = new Map<string, MessageQueue>()
  for (const { name, region, queues: urls, credentials: source } of stores) {
    const credentials = storeCredentials(source)
    for (const url of urls) {
      const queue = createSqsQueue({ url, region, nowMs: machineClock.nowMs, ...(credentials && { credentials }) })
      byUrl.set(`${name} ${url}`, queue)
    }
  }
  return {
    queueOf(store, address) {
      const place = queuePlace(address)
      return place === undefined ? byUrl.get(`${store} ${address}`) : readQueue(queues, place)
    },
    async [Symbol.asyncDispose]() {
      for (const queue of byUrl.values()) await queue[Symbol.asyncDispose]()
    },
  }
}
