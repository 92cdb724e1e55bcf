import { defineCollection } from '../ports/catalog.ts'
import type { MessageAttributes } from './message-attributes.ts'

/** A message that waits in a queue, as the catalogue keeps it. Who has received it is known in memory only. */
export interface StoredMessage {
  readonly id: string
  readonly body: string
  /** Hex, of the body. */
  readonly md5: string
  readonly sentAtMs: number
  /** Hidden until then, from its sending on. */
  readonly visibleAtMs: number
  /** Account or principal id. */
  readonly senderId: string
  /** Absent where there are none. */
  readonly attributes?: MessageAttributes
  /** ARN of the queue that it was moved out of. */
  readonly deadLetterSource?: string
}

/** Key: `<queue path>|<sequence, 16 hex digits>`, so messages are listed in the order of their sending. */
export const messageCollection = defineCollection<StoredMessage>('queue-message', { keepsHistory: false })

/** What a receiver was given: the message's key and id. Good as long as the message is there. */
export function receiptHandle(key: string, { id }: Pick<StoredMessage, 'id'>, nonce: Uint8Array): string {
  return Buffer.from(`${key}\n${id}\n${Buffer.from(nonce).toString('hex')}`).toString('base64url')
}

export interface Receipt {
  readonly key: string
  readonly id: string
}

/** Reads a handle; `undefined` for what is none of ours. */
export function readReceipt(handle: string): Receipt | undefined {
  const [key, id, nonce] = Buffer.from(handle, 'base64url').toString().split('\n')
  return key !== undefined && id !== undefined && /^[0-9a-f]{16}$/.test(nonce ?? '') ? { key, id } : undefined
}
