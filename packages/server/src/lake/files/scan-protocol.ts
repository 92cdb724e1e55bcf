import type { RequiredText } from '@cairn/core/query'

/** How a scanning thread is set up. */
export interface ScanSetup {
  /** Rows are appended to it, a line each. */
  readonly output: string
  readonly needs: readonly RequiredText[]
  /** Columns of the rows. */
  readonly columns: readonly string[]
}

export type ToScanner =
  /** One of the two. */
  | { readonly kind: 'file'; readonly name: string; readonly path?: string; readonly bytes?: Uint8Array }
  | { readonly kind: 'end' }

export interface ScannedFile {
  readonly kind: 'scanned'
  readonly name: string
  /** As it lies there. */
  readonly bytes: number
  /** Records that may matter. */
  readonly rows: number
  /** What could not be read: the first, and how many there are. */
  readonly problems: number
  readonly problem?: { readonly code: string; readonly offset: number }
}

export type FromScanner = ScannedFile | { readonly kind: 'ended'; readonly bytes: number }
