import { type Place, refuse } from './refusal.ts'
import type { SqlType } from './sql-type.ts'
import type { Name } from './syntax-tree.ts'

/** A column that a statement can name at some place. */
export interface Field {
  /** Lower case; absent for a column without a name, which only `*` and a list of column names reach. */
  readonly name?: string
  /** As it comes out of `SELECT *`. */
  readonly label: string
  readonly type: SqlType
  /** For the engine. The same text means the same column throughout the statement. */
  readonly text: string
  /** What may stand before the dot, lower case; absent once a join USING has merged it. */
  readonly relation?: string
  /** Told when the statement reads it; of a row, with the path of the field that is all that it wants. */
  readonly read?: (path?: readonly string[]) => void
}

/** Names that can be used at some place; those of the query around are found where these know nothing. */
export interface Scope {
  readonly fields: readonly Field[]
  readonly parent?: Scope
  /** Whether GROUP BY has no say in these: a lambda's parameters, and in ORDER BY the columns that come out. */
  readonly isFree?: boolean
}

export interface Found {
  readonly field: Field
  /** Whether it is of the innermost query, and GROUP BY has a say in it. */
  readonly isLocal: boolean
}

/**
 * The field a name means, with what stands before its dot.
 *
 * @throws Refusal when it means two
 */
export function findField(scope: Scope, name: Name, relation?: Name): Found | undefined {
  let isLocal = true
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.fields.filter(
      (field) => field.name === name.key && (relation === undefined || field.relation === relation.key),
    )
    const [field, second] = found
    if (second !== undefined) {
      refuse(relation ?? name, `Column '${relation === undefined ? '' : `${relation.text}.`}${name.text}' is ambiguous`)
    }
    if (field !== undefined) return { field, isLocal: isLocal && at.isFree !== true }
    if (at.isFree !== true) isLocal = false
  }
  return undefined
}

/** The fields of one relation, for `t.*`. */
export function fieldsOf(scope: Scope, relation: Name): readonly Field[] {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.fields.filter((field) => field.relation === relation.key)
    if (found.length > 0) return found
  }
  return []
}

/** @throws Refusal, always */
export function unresolved(place: Place, name: string): never {
  refuse(place, `Column '${name}' cannot be resolved`)
}
