/** A message as whoever reads a queue gets it. */
export interface QueueMessage {
  readonly body: string
  /** Names the message to {@link MessageQueue.delete}; opaque. */
  readonly handle: string
}

export interface ReceiveMessages {
  /** How long to wait for the first one: 0 to {@link receiveWaitMsMax}. */
  readonly waitMs: number
  /** Whole seconds. What is not deleted until then is received again, by whoever asks. */
  readonly hiddenMs: number
  readonly signal: AbortSignal
}

/** @source SQS API Reference, ReceiveMessage: WaitTimeSeconds */
export const receiveWaitMsMax = 20_000

/**
 * A queue of messages, to be read by one reader. Messages come at least once and in any order.
 *
 * Every method may throw Fault `queue.unreachable` (try again later) and `queue.refused`, `queue.missing` (an operator
 * must look).
 */
export interface MessageQueue {
  /** Up to ten. Empty when there is none in time, or when the signal is aborted. */
  receive(wish: ReceiveMessages): Promise<readonly QueueMessage[]>
  /** Idempotent. At most ten handles, as `receive` gave them. */
  delete(handles: readonly string[]): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
