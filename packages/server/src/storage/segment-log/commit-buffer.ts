import { crc32c } from '@cairn/aws-kit/checksum'
import type { Frame } from '../../ports/event-log.ts'
import { giveBack } from '../../runtime/give-back.ts'
import { encodeFrame, frameHeadBytes, frameOverheadMax } from './frame-codec.ts'
import { commitHeadBytes, encodeCommitHead, endMark, endMarkBytes } from './segment-format.ts'

// Two of these live as long as the log: small where little happens, and grown by the first busy second.
const startBytes = 64 * 1024
// After an unusually large commit the memory is given back.
const keptBytesMax = 2 * 1024 * 1024

/**
 * Gathers the frames of one commit, already in the form they are written, so that encoding and checksums overlap
 * with the sync of the commit before.
 */
export class CommitBuffer {
  #buffer = Buffer.allocUnsafeSlow(startBytes)
  #end = commitHeadBytes
  #headsCrc = 0
  #starts: number[] = []
  #newestAcceptedAtMs = 0
  #payloadBytes = 0

  /** Where each frame starts, counted from the start of the commit. */
  get starts(): readonly number[] {
    return this.#starts
  }

  /** The frames one behind the other, a view that holds until `clear`. */
  get frames(): { readonly count: number; readonly bytes: Buffer } {
    return { count: this.#starts.length, bytes: this.#buffer.subarray(commitHeadBytes, this.#end) }
  }

  get newestAcceptedAtMs(): number {
    return this.#newestAcceptedAtMs
  }

  get payloadBytes(): number {
    return this.#payloadBytes
  }

  /**
   * Adds all of `frames` or, when it throws, none.
   *
   * @throws Fault `log.frame-invalid`
   */
  add(frames: readonly Frame[]): void {
    let payloadBytes = 0
    for (const frame of frames) payloadBytes += frame.bytes.length
    this.#reserve(payloadBytes + frames.length * frameOverheadMax)
    const count = this.#starts.length
    let end = this.#end
    let headsCrc = this.#headsCrc
    let newest = this.#newestAcceptedAtMs
    try {
      for (const frame of frames) {
        this.#starts.push(end)
        const next = encodeFrame(this.#buffer, end, frame)
        headsCrc = crc32c(this.#buffer, end, end + frameHeadBytes, headsCrc)
        newest = Math.max(newest, frame.acceptedAtMs)
        end = next
      }
    } catch (error) {
      this.#starts.length = count
      throw error
    }
    this.#end = end
    this.#headsCrc = headsCrc
    this.#newestAcceptedAtMs = newest
    this.#payloadBytes += payloadBytes
  }

  /** The commit's bytes, a view that holds until `clear`. */
  finish(first: number, salt: number): Buffer {
    encodeCommitHead(this.#buffer, salt, {
      first,
      frames: this.#starts.length,
      bytes: this.#end - commitHeadBytes,
      payloadBytes: this.#payloadBytes,
      newestAcceptedAtMs: this.#newestAcceptedAtMs,
      headsCrc: this.#headsCrc,
    })
    const end = this.#buffer.writeUInt32LE(endMark, this.#end)
    return this.#buffer.subarray(0, end)
  }

  /** Bytes the commit takes in the file. */
  get length(): number {
    return this.#end + endMarkBytes
  }

  clear(): void {
    if (this.#buffer.length > keptBytesMax) this.#replace(Buffer.allocUnsafeSlow(startBytes))
    this.#end = commitHeadBytes
    this.#headsCrc = 0
    this.#starts = []
    this.#newestAcceptedAtMs = 0
    this.#payloadBytes = 0
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes + endMarkBytes
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#end)
    this.#replace(larger)
  }

  #replace(buffer: Buffer<ArrayBuffer>): void {
    giveBack(this.#buffer)
    this.#buffer = buffer
  }
}
