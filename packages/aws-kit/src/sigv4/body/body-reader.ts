import { SigV4Error } from '../sigv4-error.ts'

const nothing = new Uint8Array(0)

/** Reads a stream in pieces the framing asks for, without copying what it passes on. */
export class BodyReader {
  readonly #source: AsyncIterator<Uint8Array>
  #buffer: Uint8Array = nothing

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Tells the source that no more will be read; for the early end. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }

  /** Makes the buffer non-empty; false at the end of the stream. */
  async #fill(): Promise<boolean> {
    while (this.#buffer.length === 0) {
      const next = await this.#source.next()
      if (next.done === true) return false
      this.#buffer = next.value
    }
    return true
  }

  /** 1 to `bytesMax` bytes, or `undefined` at the end. */
  async some(bytesMax: number): Promise<Uint8Array | undefined> {
    if (this.#buffer.length === 0 && !(await this.#fill())) return undefined
    const piece = this.#buffer.subarray(0, bytesMax)
    this.#buffer = this.#buffer.subarray(piece.length)
    return piece
  }

  /**
   * The text up to the next LF, which must come within `bytesMax` bytes; LF and a CR before it are taken off.
   *
   * @throws SigV4Error `chunk-malformed`, `body-incomplete`
   */
  async line(bytesMax: number): Promise<string> {
    let text = ''
    for (;;) {
      if (this.#buffer.length === 0 && !(await this.#fill())) throw new SigV4Error('body-incomplete')
      const end = this.#buffer.indexOf(0x0a)
      const stop = end < 0 ? this.#buffer.length : end
      if (text.length + stop > bytesMax) throw new SigV4Error('chunk-malformed')
      text += Buffer.from(this.#buffer.buffer, this.#buffer.byteOffset, stop).toString('latin1')
      this.#buffer = this.#buffer.subarray(end < 0 ? stop : stop + 1)
      if (end >= 0) return text.endsWith('\r') ? text.slice(0, -1) : text
    }
  }

  /** @throws SigV4Error `chunk-malformed` when anything follows */
  async end(): Promise<void> {
    if (await this.#fill()) throw new SigV4Error('chunk-malformed')
  }
}
