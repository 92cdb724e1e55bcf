/**
 * Hands `body` on, but its last chunk only after `beforeEnd` is done; when that fails, the stream breaks off.
 * `beforeEnd` runs once, whoever ends the iteration, and is told how many bytes went out.
 */
export async function* holdLast(
  body: AsyncIterable<Uint8Array>,
  beforeEnd: (bytesOut: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined
  let bytesOut = 0
  let isWhole = false
  try {
    for await (const chunk of body) {
      if (held) {
        bytesOut += held.byteLength
        yield held
      }
      held = chunk
    }
    isWhole = true
  } finally {
    // A stream that broke off, or whose reader left, was a call all the same.
    await beforeEnd(bytesOut + (isWhole ? (held?.byteLength ?? 0) : 0))
  }
  if (held) yield held
}
