import { notePassed } from '../../runtime/passing-buffers.ts'

/** What stands at the other end of a body: undici's controller of one request. */
export interface BodySource {
  pause(): void
  resume(): void
  abort(reason: Error): void
}

/** Bytes kept for a slow reader before the upstream is held back. */
const waitingBytesMax = 256 * 1024

/** A body that is pushed in as it arrives and pulled out by one reader. Leaving early aborts the request behind it. */
export class AnswerBody implements AsyncIterable<Uint8Array> {
  readonly #source: BodySource
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #isPaused = false
  #end: { readonly error?: Error } | undefined
  #wake: (() => void) | undefined

  constructor(source: BodySource) {
    this.#source = source
  }

  push(chunk: Uint8Array): void {
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.byteLength
    if (this.#waitingBytes >= waitingBytesMax && !this.#isPaused) {
      this.#isPaused = true
      this.#source.pause()
    }
    this.#wake?.()
  }

  /** No more will be pushed. What was pushed before an error is still handed out. */
  end(error?: Error): void {
    this.#end ??= error === undefined ? {} : { error }
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        const chunk = this.#waiting.shift()
        if (chunk !== undefined) {
          this.#waitingBytes -= chunk.byteLength
          notePassed(chunk)
          if (this.#isPaused && this.#waitingBytes < waitingBytesMax / 2) {
            this.#isPaused = false
            this.#source.resume()
          }
          yield chunk
        } else if (this.#end !== undefined) {
          if (this.#end.error !== undefined) throw this.#end.error
          return
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
          this.#wake = undefined
        }
      }
    } finally {
      this.#waiting = []
      if (this.#end === undefined) this.#source.abort(new DOMException('nobody reads on', 'AbortError'))
    }
  }
}
