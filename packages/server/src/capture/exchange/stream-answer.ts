import type { BodyHead, HeadBudget } from './body-head.ts'

export interface StreamedEnd {
  /** The beginning of what was sent. */
  readonly kept: Pick<BodyHead, 'bytes' | 'isWhole'>
  readonly bytesOut: number
  /** `client`: the reader left. `upstream`: the answer broke off. */
  readonly interruptedBy?: 'client' | 'upstream'
}

export interface StreamOptions {
  readonly keepMax: number
  readonly budget: HeadBudget
  /** Whether the last piece waits for `beforeEnd`. */
  readonly holdsLast: boolean
  /** Runs once, whoever ends the iteration. When it fails, the stream breaks off. */
  beforeEnd(end: StreamedEnd): Promise<void>
}

/** Hands an answer on as it comes and keeps its beginning; its end waits for the record. */
export async function* streamAnswer(
  body: AsyncIterable<Uint8Array>,
  options: StreamOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const { budget, holdsLast } = options
  const kept: Uint8Array[] = []
  let keptBytes = 0
  let bytes = 0
  let held: Uint8Array | undefined
  let state: 'running' | 'whole' | 'broken' = 'running'
  try {
    for await (const piece of body) {
      if (keptBytes < options.keepMax && keptBytes === bytes && budget.take(piece.byteLength)) {
        kept.push(piece)
        keptBytes += piece.byteLength
      }
      bytes += piece.byteLength
      if (!holdsLast) yield piece
      else {
        const ready = held
        held = piece
        if (ready) yield ready
      }
    }
    state = 'whole'
  } catch (error) {
    state = 'broken'
    throw error
  } finally {
    budget.give(keptBytes)
    await options.beforeEnd({
      kept: {
        bytes: Buffer.concat(kept).subarray(0, options.keepMax),
        isWhole: state === 'whole' && keptBytes === bytes,
      },
      bytesOut: state === 'whole' ? bytes : bytes - (held?.byteLength ?? 0),
      ...(state === 'running' && { interruptedBy: 'client' }),
      ...(state === 'broken' && { interruptedBy: 'upstream' }),
    })
  }
  if (held) yield held
}
