import { ApiError } from './api-error.ts'

/**
 * The whole of a bounded body. `deadline` aborts slow senders.
 *
 * @throws ApiError `RequestEntityTooLarge` above `bytesMax`, `RequestTimeout` after the deadline
 */
export async function collectBody(
  body: AsyncIterable<Uint8Array>,
  bounds: { readonly bytesMax: number; readonly deadline: AbortSignal },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  const iterator = body[Symbol.asyncIterator]()
  const late = rejection(bounds.deadline)
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), late.promise])
      if (next.done) break
      size += next.value.byteLength
      if (size > bounds.bytesMax) {
        throw new ApiError(
          'RequestEntityTooLargeException',
          `The request body is larger than ${bounds.bytesMax} bytes.`,
          {
            status: 413,
          },
        )
      }
      parts.push(next.value)
    }
  } catch (error) {
    // Not awaited: a sender that stalls would hold the answer too.
    iterator.return?.(undefined)?.then(undefined, () => undefined)
    throw error
  } finally {
    late.release()
  }
  const [only] = parts
  return parts.length === 1 && only ? only : Buffer.concat(parts, size)
}

function rejection(deadline: AbortSignal): { promise: Promise<never>; release(): void } {
  let onAbort = () => {}
  const promise = new Promise<never>((_resolve, reject) => {
    onAbort = () =>
      reject(new ApiError('RequestTimeout', 'The request body was not received in time.', { status: 408 }))
    if (deadline.aborted) onAbort()
    else deadline.addEventListener('abort', onAbort, { once: true })
  })
  // Nobody may be waiting any more when it fires.
  promise.catch(() => undefined)
  return { promise, release: () => deadline.removeEventListener('abort', onAbort) }
}

/**
 * A streamed body within its bounds.
 *
 * The iteration throws ApiError `EntityTooLarge` above `bytesMax` and `RequestTimeout` when nothing comes for `idleMs`.
 */
export async function* boundedStream(
  body: AsyncIterable<Uint8Array>,
  bounds: { readonly bytesMax: number; readonly idleMs: number },
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]()
  let size = 0
  try {
    for (;;) {
      const late = rejection(AbortSignal.timeout(bounds.idleMs))
      const next = await Promise.race([iterator.next(), late.promise]).finally(late.release)
      if (next.done) return
      size += next.value.byteLength
      if (size > bounds.bytesMax) {
        throw new ApiError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', { status: 400 })
      }
      yield next.value
    }
  } finally {
    // Not awaited: a sender that stalls would hold the answer too.
    iterator.return?.(undefined)?.then(undefined, () => undefined)
  }
}
