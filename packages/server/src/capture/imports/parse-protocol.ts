import type { ParsedBatch } from './parsed-batch.ts'

/** To a parsing thread. Files come one after the other, each as pieces of which the last is marked. */
export type ToParser =
  | { readonly kind: 'piece'; readonly file: number; readonly bytes: Uint8Array; readonly isLast: boolean }
  /** The bytes of the file could not be read to their end. */
  | { readonly kind: 'unreadable'; readonly file: number }
  /** A batch was taken: another may be sent. */
  | { readonly kind: 'taken' }

export type FromParser =
  | { readonly kind: 'batch'; readonly batch: ParsedBatch }
  /** A piece was read: another may be sent. */
  | { readonly kind: 'read'; readonly bytes: number }

/** Batches a parser may have on the way; with the pieces below they bound the memory of an import. */
export const batchesOnTheWayMax = 4

/** Bytes of pieces that may wait for a parser. */
export const pieceBytesWaitingMax = 2 * 1024 * 1024
