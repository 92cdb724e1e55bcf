import type { SqlType } from './sql-type.ts'

/**
 * An expression that was understood: its type and its text for the engine, safe to stand anywhere without more
 * parentheses.
 */
export interface Typed {
  readonly type: SqlType
  readonly text: string
  /**
   * Set for a string literal: what Lake reads as a time where a time is compared, and where a path or format must be
   * known.
   */
  readonly literal?: string
  /** A literal of any type or made of such: the same for all rows. */
  readonly isConstant?: boolean
}
