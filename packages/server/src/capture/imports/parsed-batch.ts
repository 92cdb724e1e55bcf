import { hash } from 'node:crypto'
import type { EventHead } from '@cairn/core/record'
import type { ImportProblem } from './import-report.ts'

/** Records on their way from a parsing thread to the log: few large buffers instead of many small objects. */
export interface ParsedBatch {
  /** The records' bytes, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where each record ends in `bytes`. */
  readonly ends: Uint32Array<ArrayBuffer>
  /** Number of the file each record is from. */
  readonly files: Uint32Array<ArrayBuffer>
  /** Event times, NaN where the record does not tell. */
  readonly times: Float64Array<ArrayBuffer>
  /** SHA-256 of each record, 32 bytes each. */
  readonly hashes: Uint8Array<ArrayBuffer>
  readonly eventIds: readonly (string | undefined)[]
  /** Distinct accounts, and which of them each record has; `''` where the record names none. */
  readonly accounts: readonly string[]
  readonly accountOf: Uint32Array<ArrayBuffer>
  readonly regions: readonly string[]
  readonly regionOf: Uint32Array<ArrayBuffer>
  /** Files whose last record is in this batch or an earlier one. */
  readonly finished: readonly FinishedFile[]
}

export interface FinishedFile {
  readonly file: number
  readonly records: number
  readonly digests: number
  readonly setAside: number
  readonly problems: readonly ImportProblem[]
}

/** Large enough that handing it over costs nothing by comparison, small enough to be handled within a few ms. */
export const batchRecordsMax = 512
export const batchBytesMax = 512 * 1024

export const hashBytes = 32

/** Collects records until `isFull`, then `take` gives them and begins anew. */
export interface BatchBuilder {
  add(file: number, record: Uint8Array, head: EventHead): void
  finish(file: FinishedFile): void
  readonly isFull: boolean
  readonly isEmpty: boolean
  take(): ParsedBatch
}

/** Trails name accounts with 12 digits; anything else is text from a published, masked example. */
export function isAccount(text: string): boolean {
  return /^\d{12}$/.test(text)
}

const regionForm = /^[a-z0-9-]{1,32}$/

export function createBatchBuilder(): BatchBuilder {
  let bytes = new Uint8Array(batchBytesMax)
  let filled = 0
  let ends: number[] = []
  let files: number[] = []
  let times: number[] = []
  let hashes = Buffer.alloc(batchRecordsMax * hashBytes)
  let eventIds: (string | undefined)[] = []
  let finished: FinishedFile[] = []
  let accounts = new Numbered()
  let regions = new Numbered()

  function room(count: number): void {
    if (filled + count <= bytes.length) return
    const larger = new Uint8Array(Math.max(bytes.length * 2, filled + count))
    larger.set(bytes.subarray(0, filled))
    bytes = larger
  }

  function keepHash(record: Uint8Array, index: number): void {
    const at = index * hashBytes
    if (at === hashes.length) hashes = Buffer.concat([hashes, Buffer.alloc(hashes.length)])
    // Asked for as a string of bytes: a buffer for each costs more than the hash.
    hashes.write(hash('sha256', record, 'latin1'), at, hashBytes, 'latin1')
  }

  return {
    add(file, record, head) {
      room(record.length)
      bytes.set(record, filled)
      filled += record.length
      ends.push(filled)
      files.push(file)
      times.push(head.eventTimeMs ?? Number.NaN)
      keepHash(record, ends.length - 1)
      eventIds.push(head.eventId)
      accounts.add([head.recipientAccountId, head.callerAccountId].find((one) => one && isAccount(one)) ?? '')
      regions.add(head.region !== undefined && regionForm.test(head.region) ? head.region : '')
    },
    finish(file) {
      finished.push(file)
    },
    get isFull() {
      return ends.length >= batchRecordsMax || filled >= batchBytesMax
    },
    get isEmpty() {
      return ends.length === 0 && finished.length === 0
    },
    take() {
      const batch: ParsedBatch = {
        bytes: bytes.slice(0, filled),
        ends: Uint32Array.from(ends),
        files: Uint32Array.from(files),
        times: Float64Array.from(times),
        hashes: new Uint8Array(hashes.subarray(0, ends.length * hashBytes)),
        eventIds,
        accounts: accounts.values,
        accountOf: Uint32Array.from(accounts.of),
        regions: regions.values,
        regionOf: Uint32Array.from(regions.of),
        finished,
      }
      filled = 0
      ends = []
      files = []
      times = []
      eventIds = []
      finished = []
      accounts = new Numbered()
      regions = new Numbered()
      return batch
    },
  }
}

/** What may change hands without copying. */
export function transferList(batch: ParsedBatch): ArrayBuffer[] {
  return [batch.bytes, batch.ends, batch.files, batch.times, batch.hashes, batch.accountOf, batch.regionOf].map(
    (view) => view.buffer,
  )
}

/** A list of few distinct texts, kept as the texts and their numbers. */
class Numbered {
  readonly values: string[] = []
  readonly of: number[] = []
  readonly #numbers = new Map<string, number>()

  add(value: string): void {
    let number = this.#numbers.get(value)
    if (number === undefined) {
      number = this.values.push(value) - 1
      this.#numbers.set(value, number)
    }
    this.of.push(number)
  }
}
