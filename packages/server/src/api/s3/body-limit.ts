import type { Buckets } from '../../buckets/index.ts'
import type { Call, Fail } from '../operation.ts'

const text = 'Your proposed upload exceeds the maximum allowed size'

/** Refuses before the first byte what says itself that it is too large; framing does not count. */
export function checkLength(
  call: Call,
  { objectBytesMax }: Pick<Buckets, 'objectBytesMax'>,
  fail: Fail<'EntityTooLarge'>,
): void {
  const length = call.header('x-amz-decoded-content-length') ?? call.header('content-length') ?? '0'
  if (Number(length) > objectBytesMax) fail('EntityTooLarge', text)
}

/** The body, ended by an error where it grows beyond what is taken, whatever it said of its length. */
export async function* bounded(
  body: AsyncIterable<Uint8Array>,
  { objectBytesMax }: Pick<Buckets, 'objectBytesMax'>,
  fail: Fail<'EntityTooLarge'>,
): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > objectBytesMax) fail('EntityTooLarge', text)
    yield chunk
  }
}
