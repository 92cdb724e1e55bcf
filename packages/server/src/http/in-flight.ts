import type { Socket } from 'node:net'

/** The calls a listener is answering: one at a time on each connection, in the order they came. */
export interface InFlight {
  /** Runs `answer` when the calls before it on this connection are done. It must not reject. */
  add(socket: Socket, answer: () => Promise<void>): void
  isBusy(socket: unknown): boolean
  /** Resolves when no call is left. */
  idle(): Promise<void>
}

/**
 * Requests that a client sends ahead are read from the socket only up to here: each costs memory before anything is
 * known of its sender. One read of the socket may go beyond it.
 */
const aheadMax = 8

export function createInFlight(): InFlight {
  const queues = new Map<unknown, (() => Promise<void>)[]>()
  let whenIdle: (() => void)[] = []

  async function run(socket: Socket, queue: (() => Promise<void>)[]): Promise<void> {
    for (;;) {
      const [answer] = queue
      if (!answer) break
      await answer()
      queue.shift()
      if (queue.length === aheadMax) socket.resume()
    }
    queues.delete(socket)
    if (queues.size > 0) return
    for (const tell of whenIdle) tell()
    whenIdle = []
  }

  return {
    add(socket, answer) {
      const queue = queues.get(socket)
      if (queue) {
        queue.push(answer)
        if (queue.length > aheadMax) socket.pause()
        return
      }
      const first = [answer]
      queues.set(socket, first)
      run(socket, first)
    },
    isBusy: (socket) => queues.has(socket),
    idle: () =>
      queues.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            whenIdle.push(resolve)
          }),
  }
}
