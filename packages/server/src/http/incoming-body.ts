import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError } from './api-error.ts'
import type { RequestBody } from './message.ts'

/** The body of a request on a socket. It is asked for (`100 Continue`) only when somebody wants it. */
export function incomingBody(incoming: IncomingMessage, outgoing: ServerResponse): RequestBody {
  function begin(): void {
    if (incoming.headers.expect?.toLowerCase() === '100-continue') outgoing.writeContinue()
  }

  return {
    collect({ bytesMax, timeoutMs }) {
      begin()
      return new Promise((resolve, reject) => {
        const parts: Buffer[] = []
        let size = 0
        let isSettled = false
        const settle = (end: () => void) => {
          if (isSettled) return
          isSettled = true
          end()
        }
        incoming.on('data', (part: Buffer) => {
          size += part.byteLength
          if (size <= bytesMax) parts.push(part)
          else settle(() => reject(tooLarge(bytesMax)))
        })
        incoming.on('end', () => settle(() => resolve(joined(parts, size))))
        incoming.on('error', (cause) => settle(() => reject(brokenOff(cause))))
        incoming.on('close', () => settle(() => reject(brokenOff(undefined))))
        // Nearly every body comes with its head. Only one that does not needs a deadline, which is not free.
        setImmediate(() => {
          if (isSettled) return
          const late = () => settle(() => reject(tooSlow()))
          AbortSignal.timeout(timeoutMs).addEventListener('abort', late, { once: true })
        })
      })
    },

    async *stream({ bytesMax, idleMs }) {
      begin()
      let isIdle = false
      incoming.setTimeout(idleMs, () => {
        isIdle = true
        incoming.destroy()
      })
      let size = 0
      try {
        for await (const part of incoming as AsyncIterable<Buffer>) {
          size += part.byteLength
          if (size > bytesMax)
            throw new ApiError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
          yield part
        }
      } catch (error) {
        if (isIdle) throw tooSlow()
        throw error instanceof ApiError ? error : brokenOff(error)
      } finally {
        incoming.setTimeout(0)
      }
    },
  }
}

/** A body that is already here. */
export function bodyOf(bytes: Uint8Array): RequestBody {
  return {
    async collect({ bytesMax }) {
      if (bytes.byteLength > bytesMax) throw tooLarge(bytesMax)
      return bytes
    },
    async *stream({ bytesMax }) {
      if (bytes.byteLength > bytesMax) throw tooLarge(bytesMax)
      if (bytes.byteLength > 0) yield bytes
    },
  }
}

function joined(parts: readonly Buffer[], size: number): Uint8Array {
  const [only] = parts
  return parts.length === 1 && only ? only : Buffer.concat(parts, size)
}

function tooLarge(bytesMax: number): ApiError {
  return new ApiError('RequestEntityTooLarge', `The request body is larger than ${bytesMax} bytes.`, { status: 413 })
}

function tooSlow(): ApiError {
  return new ApiError('RequestTimeout', 'The request body was not received in time.', { status: 408 })
}

/** Nobody is left to read the answer; the record says it all the same. */
function brokenOff(_cause: unknown): ApiError {
  return new ApiError('IncompleteBody', 'The connection was closed before the whole body was received.')
}
