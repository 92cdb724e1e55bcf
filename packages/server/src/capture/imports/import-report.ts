import type { SplitProblemCode } from '@cairn/core/json'

/** Why a piece of a file was set aside. */
export type ImportProblemCode = SplitProblemCode | 'corrupt-compression' | 'expands-too-much' | 'unreadable'

export interface ImportProblem {
  readonly code: ImportProblemCode
  /** Byte offset in the decompressed file. */
  readonly offset: number
}

/** What became of the records of a file, or of all files. */
export interface ImportCounts {
  /** Records found. */
  readonly records: number
  /** Of those, added to the log. In a plan: those that would be. */
  readonly added: number
  /** Of those, here already with the same content. */
  readonly duplicates: number
  /** Of the added ones, those whose event id is here already with other content: both are kept. */
  readonly conflicts: number
  /** Of those found, left out because they are not of the time that was asked for. */
  readonly outside: number
  /** Of those found, left out because they are older than what they were for keeps. */
  readonly expired: number
  /** Digest files, set aside for the verifier. */
  readonly digests: number
  /** Pieces that could not be read, set aside. */
  readonly setAside: number
}

export interface ImportedFile extends ImportCounts {
  readonly kind: 'file'
  readonly name: string
  /** As given, before decompression. */
  readonly bytes: number
  /** The first ones; `setAside` counts all. */
  readonly problems: readonly ImportProblem[]
  /** Ids of the first conflicting events; `conflicts` counts all. */
  readonly conflictingIds: readonly string[]
}

export interface ImportSummary extends ImportCounts {
  readonly kind: 'summary'
  /** Nothing was written. */
  readonly isPlan: boolean
  readonly files: number
  readonly bytes: number
  /** Of the records, as they are stored before compression. */
  readonly recordBytes: number
  /** Records of each account, most first; at most {@link accountsShownMax}. */
  readonly accounts: readonly { readonly account: string; readonly records: number }[]
  /** Oldest and newest event time, epoch milliseconds; absent when no record tells its time. */
  readonly fromMs?: number
  readonly toMs?: number
  readonly tookMs: number
  /** In a plan: what the records that would be added need on disk, index included. */
  readonly diskBytes?: number
  /** In a plan: how long the import would take at the pace of reading the files. */
  readonly needsMs?: number
}

export type ImportEvent =
  /** Another import is running; this one begins when that ends. */
  | { readonly kind: 'waiting' }
  | ImportedFile
  /** Every few hundred records: everything so far, bytes of unfinished files included. */
  | ({ readonly kind: 'progress'; readonly files: number; readonly bytes: number } & ImportCounts)
  | ImportSummary

export const accountsShownMax = 100

/** Problems, and conflicting events, of one file that are told one by one. */
export const problemsShownMax = 20

export type MutableCounts = { -readonly [Key in keyof ImportCounts]: ImportCounts[Key] }

export function noCounts(): MutableCounts {
  return { records: 0, added: 0, duplicates: 0, conflicts: 0, outside: 0, expired: 0, digests: 0, setAside: 0 }
}
