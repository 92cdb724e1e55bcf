import { readSync } from 'node:fs'
import type { Position, StoredFrame } from '../../ports/event-log.ts'
import { decodeFrame } from './frame-codec.ts'

/** Frames that stand together in a file, in position order. */
export interface FrameBlock {
  /** Frames with their heads; a search for bytes may go through all of it. */
  readonly bytes: Buffer
  readonly positions: readonly number[]
  /** Where the frame of the same index starts and ends in `bytes`. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  frame(index: number): StoredFrame
}

/** Where a block stands that is not read yet. */
export interface BlockPlace {
  readonly key: string
  /** Positions from the one asked for up to this one (exclusive) are all in the block. */
  readonly until: number
  readonly content: BlockContent
}

/** Bytes that are inflated, or need not be. What is read is verified. */
export type BlockContent =
  | { readonly kind: 'plain'; read(): FrameBlock }
  | {
      readonly kind: 'packed'
      readonly rawBytes: number
      /** One zstd frame, good until the next call of any block's. */
      stored(): Buffer
      /** The block, given what its frame was inflated to. */
      unpacked(bytes: Buffer): FrameBlock
    }

/** A segment's file, read beside the log from a worker: it blocks its own thread only. */
export interface SegmentFile {
  /** The block that holds `position`; `undefined` when it is not in this file. */
  find(position: number): BlockPlace | undefined
  /** Whether the file under its name is another one by now, or gone. */
  isStale(): boolean
  close(): void
}

export function createFrameBlock({ bytes, positions, starts, ends }: Omit<FrameBlock, 'frame'>): FrameBlock {
  const frame = (index: number) => decodeFrame(bytes, starts[index] ?? 0, (positions[index] ?? 0) as Position)
  return { bytes, positions, starts, ends, frame }
}

/** Up to `length` bytes of a file from `at`; fewer where it ends. */
export function readAt(descriptor: number, at: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length)
  const count = readSync(descriptor, buffer, 0, length, at)
  return buffer.subarray(0, count)
}

let scratch = Buffer.alloc(0)

/** The same in a buffer that the next call uses again: for bytes that are read through and let go at once. */
export function glanceAt(descriptor: number, at: number, length: number): Buffer {
  if (scratch.length < length) scratch = Buffer.allocUnsafeSlow(length)
  return scratch.subarray(0, readSync(descriptor, scratch, 0, length, at))
}
