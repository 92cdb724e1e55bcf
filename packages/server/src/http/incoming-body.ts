import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestBody } from '../http-message.ts'
import { notePassed } from '../runtime/passing-buffers.ts'
import { ApiError, failure } from './api-error.ts'
import type { BodyShare } from './body-budget.ts'

/**
 * The body of a request on a socket. It is asked for (`100 Continue`) only when somebody wants it, and reading it never
 * closes the socket: whoever sent too much, too slowly or the wrong bytes still gets the answer.
 */
export function incomingBody(incoming: IncomingMessage, outgoing: ServerResponse, share: BodyShare): RequestBody {
  return new IncomingBody(incoming, outgoing, share)
}

class IncomingBody implements RequestBody {
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse
  readonly #share: BodyShare
  #bytesRead = 0

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, share: BodyShare) {
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#share = share
  }

  get bytesRead(): number {
    return this.#bytesRead
  }

  collect(bounds: Parameters<RequestBody['collect']>[0]): Promise<Uint8Array> {
    this.#begin()
    return collect(this.#incoming, { ...bounds, share: this.#share, count: this.#count })
  }

  stream(bounds: Parameters<RequestBody['stream']>[0]): AsyncIterable<Uint8Array> {
    this.#begin()
    return stream(this.#incoming, { ...bounds, count: this.#count })
  }

  #begin(): void {
    if (this.#incoming.headers.expect?.toLowerCase() === '100-continue') this.#outgoing.writeContinue()
  }

  readonly #count = (part: Uint8Array) => {
    this.#bytesRead += part.byteLength
  }
}

/** A body that is already here. */
export function bodyOf(bytes: Uint8Array): RequestBody {
  return {
    bytesRead: bytes.byteLength,
    async collect({ bytesMax }) {
      if (bytes.byteLength > bytesMax) throw tooLarge()
      return bytes
    },
    async *stream({ bytesMax }) {
      if (bytes.byteLength > bytesMax) throw uploadTooLarge()
      if (bytes.byteLength > 0) yield bytes
    },
  }
}

type Count = (part: Uint8Array) => void

interface CollectOptions {
  readonly bytesMax: number
  readonly timeoutMs: number
  readonly share: BodyShare
  readonly count: Count
}

interface StreamOptions {
  readonly bytesMax: number
  readonly idleMs: number
  readonly count: Count
}

function collect(
  incoming: IncomingMessage,
  { bytesMax, timeoutMs, share, count }: CollectOptions,
): Promise<Uint8Array> {
  if (Number(incoming.headers['content-length'] ?? 0) > bytesMax) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    let parts: Buffer[] = []
    let size = 0
    let isSettled = false
    let stopClock = () => {}
    const settle = (end: () => void) => {
      if (isSettled) return
      isSettled = true
      stopClock()
      share.give(size)
      end()
      parts = []
    }
    incoming.on('data', (part: Buffer) => {
      // What still comes after a refusal is let go by; the answer says that the connection closes.
      if (isSettled) return
      count(part)
      if (size + part.byteLength > bytesMax) settle(() => reject(tooLarge()))
      else if (!share.take(part.byteLength)) settle(() => reject(failure('throttled', 'Rate exceeded')))
      else {
        size += part.byteLength
        parts.push(part)
      }
    })
    incoming.on('end', () => settle(() => resolve(joined(parts, size))))
    incoming.on('error', () => settle(() => reject(brokenOff())))
    incoming.on('close', () => settle(() => reject(brokenOff())))
    // Nearly every body comes with its head. Only one that does not needs a deadline, which is not free.
    setImmediate(() => {
      if (isSettled) return
      const late = () => settle(() => reject(tooSlow()))
      const deadline = AbortSignal.timeout(timeoutMs)
      deadline.addEventListener('abort', late, { once: true })
      stopClock = () => deadline.removeEventListener('abort', late)
    })
  })
}

async function* stream(
  incoming: IncomingMessage,
  { bytesMax, idleMs, count }: StreamOptions,
): AsyncGenerator<Uint8Array> {
  let size = 0
  let error: ApiError | undefined
  let wake = () => {}
  const onChange = () => wake()
  const onEnd = (reason: () => ApiError) => () => {
    error ??= reason()
    wake()
  }
  const listeners = {
    readable: onChange,
    end: onChange,
    error: onEnd(brokenOff),
    close: onEnd(brokenOff),
    timeout: onEnd(tooSlow),
  }
  for (const [event, listener] of Object.entries(listeners)) incoming.on(event, listener)
  try {
    for (;;) {
      const part: Buffer | null = incoming.read()
      if (part !== null) {
        count(part)
        notePassed(part)
        size += part.byteLength
        if (size > bytesMax) throw uploadTooLarge()
        yield part
        continue
      }
      if (incoming.readableEnded) return
      if (error) throw error
      if (incoming.destroyed) throw brokenOff()
      const changed = new Promise<void>((resolve) => {
        wake = resolve
      })
      // The clock runs only while we wait for the sender, not while he waits for our disk.
      incoming.socket.setTimeout(idleMs)
      await changed
      incoming.socket.setTimeout(0)
    }
  } finally {
    for (const [event, listener] of Object.entries(listeners)) incoming.off(event, listener)
  }
}

function joined(parts: readonly Buffer[], size: number): Uint8Array {
  const [only] = parts
  return parts.length === 1 && only ? only : Buffer.concat(parts, size)
}

function tooLarge(): ApiError {
  return failure('body-too-large', 'Your request was too big.')
}

function uploadTooLarge(): ApiError {
  return new ApiError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
}

function tooSlow(): ApiError {
  return failure(
    'body-too-slow',
    'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  )
}

/** Nobody is left to read the answer; the record says it all the same. */
function brokenOff(): ApiError {
  return failure('body-incomplete', 'The connection was closed before the whole body was received.')
}
