import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import { isUnreadable } from './file-stream.ts'
import { type FromParser, pieceBytesWaitingMax, type ToParser } from './parse-protocol.ts'
import type { ParsedBatch } from './parsed-batch.ts'

/** The main thread's end of one parsing thread. */
export class ParserThread {
  readonly #worker = new Worker(new URL('./import-parse.worker.ts', import.meta.url), {
    // Room for new objects: a thread that makes many and keeps none would take three times as much, for nothing.
    resourceLimits: { maxYoungGenerationSizeMb: 12 },
  })
  readonly #fail: (fault: Fault) => void
  #waitingBytes = 0
  #resume: (() => void) | undefined
  #isEnding = false

  /**
   * `take` is given each batch and says when the next may come. `fail` is told when the thread cannot go on; nothing
   * comes after that.
   */
  constructor(take: (batch: ParsedBatch) => Promise<void>, fail: (fault: Fault) => void) {
    this.#fail = fail
    this.#worker.on('message', (message: FromParser) => {
      if (message.kind === 'read') this.#read(message.bytes)
      else take(message.batch).then(() => this.#send({ kind: 'taken' }), this.#broken)
    })
    this.#worker.on('error', this.#broken)
    this.#worker.on('exit', () => this.#broken(undefined))
  }

  /** How much waits for it: work goes to the thread with the least. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Hands a file's bytes over, as fast as they are read. */
  async parse(file: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    // One piece is held back, because only the last is marked.
    let held: Uint8Array = new Uint8Array(0)
    try {
      for await (const piece of pieces) {
        if (held.length > 0) await this.#piece(file, held, false)
        held = piece
      }
    } catch (cause) {
      if (!isUnreadable(cause)) throw cause
      if (held.length > 0) await this.#piece(file, held, false)
      this.#send({ kind: 'unreadable', file })
      return
    }
    await this.#piece(file, held, true)
  }

  async terminate(): Promise<void> {
    this.#isEnding = true
    this.#resume?.()
    await this.#worker.terminate()
  }

  async #piece(file: number, bytes: Uint8Array, isLast: boolean): Promise<void> {
    while (this.#waitingBytes > pieceBytesWaitingMax && !this.#isEnding) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve
      })
    }
    this.#waitingBytes += bytes.length
    // A copy of its own can change hands; what we were given may be a small part of a large buffer.
    const copy = new Uint8Array(bytes)
    this.#send({ kind: 'piece', file, bytes: copy, isLast }, [copy.buffer])
  }

  #read(bytes: number): void {
    this.#waitingBytes -= bytes
    this.#resume?.()
    this.#resume = undefined
  }

  #send(message: ToParser, transfer: ArrayBuffer[] = []): void {
    if (!this.#isEnding) this.#worker.postMessage(message, transfer)
  }

  readonly #broken = (cause: unknown): void => {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#resume?.()
    this.#fail(
      cause instanceof Fault ? cause : new Fault('import.parser-failed', 'a parsing thread ended', {}, { cause }),
    )
  }
}
