import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpHandler } from '../http-message.ts'
import { createBodyBudget } from './body-budget.ts'
import { createCallerAddress } from './caller-address.ts'
import { createInFlight, type InFlight } from './in-flight.ts'
import { incomingRequest } from './incoming-request.ts'
import { sendAnswer } from './send-answer.ts'

export interface AnsweringOptions {
  readonly bodyBytesMax: number
  /** How long a client may leave an answer unread. */
  readonly idleMs: number
  /** Proxies whose word on where a request came from is believed; none by default. */
  readonly trustedProxies?: readonly string[]
  readonly telemetry: {
    /** A handler broke, or a stream failed after its head was sent. */
    handlerFailed(error: unknown): void
  }
}

/** Answers requests by handlers, whoever accepted their connections. */
export interface Answering extends InFlight {
  /** One at a time on each connection, in the order they came. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse, handler: HttpHandler): void
  /** From now on each answer is the last one on its connection. */
  close(): void
}

export function createAnswering({ bodyBytesMax, idleMs, trustedProxies = [], telemetry }: AnsweringOptions): Answering {
  const inFlight = createInFlight()
  const budget = createBodyBudget({ bodyBytesMax })
  const callerOf = createCallerAddress(trustedProxies)
  let isClosing = false
  return {
    ...inFlight,
    answer(incoming, outgoing, handler) {
      inFlight.add(incoming.socket, async () => {
        const gone = new AbortController()
        outgoing.once('close', () => {
          if (!outgoing.writableFinished) gone.abort()
        })
        if (outgoing.destroyed) gone.abort()
        try {
          const answer = await handler(incomingRequest(incoming, outgoing, { signal: gone.signal, budget, callerOf }))
          await sendAnswer(answer, incoming, outgoing, { isLast: isClosing, idleMs })
        } catch (error) {
          telemetry.handlerFailed(error)
          outgoing.destroy()
        }
      })
    },
    close() {
      isClosing = true
    },
  }
}
