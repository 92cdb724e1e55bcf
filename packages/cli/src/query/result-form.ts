import type { ShownColumn } from '@cairn/server/queries'

/** Takes a result as it comes and writes it out in one form. */
export interface ResultForm {
  columns(columns: readonly ShownColumn[]): Promise<void>
  rows(rows: readonly (readonly (string | null)[])[]): Promise<void>
  /** The result is whole, or as much of it as there will be. */
  end(): Promise<void>
}
