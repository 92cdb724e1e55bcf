import {
  deselectOperators,
  type FieldClause,
  type SelectableEvent,
  type Selector,
  type SelectorField,
  type SelectorOperator,
  selectOperators,
  valuesOf,
} from './selector.ts'

/** What one field of a selector says to an event. */
export interface FieldReason {
  readonly field: SelectorField
  readonly matches: boolean
  /** What the event has there. */
  readonly values: readonly string[]
  /** The condition that decided; absent when nothing of what was wanted is there. */
  readonly hit?: { readonly operator: SelectorOperator; readonly wanted: string; readonly value: string }
  /** The same as a sentence. */
  readonly text: string
}

export interface Explanation {
  readonly matches: boolean
  /** One for each clause, in the selector's order. */
  readonly reasons: readonly FieldReason[]
}

/** Why one selector takes an event or does not. It reads the rules word by word and is not for the event's hot path. */
export function explain(selector: Selector, event: SelectableEvent): Explanation {
  const reasons = selector.clauses.map((clause) => explainClause(clause, event))
  return { matches: reasons.every(({ matches }) => matches), reasons }
}

function explainClause(clause: FieldClause, event: SelectableEvent): FieldReason {
  const { field } = clause
  const values = valuesOf(event, field)
  const shown = values.length === 0 ? 'absent' : values.join(', ')
  const kept = findHit(clause, values, deselectOperators)
  if (kept !== undefined) {
    return {
      field,
      values,
      matches: false,
      hit: kept,
      text: `${field} is ${kept.value}: kept out by ${kept.operator} ${kept.wanted}`,
    }
  }
  if (!selectOperators.some((operator) => clause[operator] !== undefined)) {
    return { field, values, matches: true, text: `${field} is ${shown}: nothing keeps it out` }
  }
  const hit = findHit(clause, values, selectOperators)
  if (hit === undefined) return { field, values, matches: false, text: `${field} is ${shown}: not what is wanted` }
  return { field, values, matches: true, hit, text: `${field} is ${hit.value}: taken by ${hit.operator} ${hit.wanted}` }
}

function findHit(
  clause: FieldClause,
  values: readonly string[],
  operators: readonly SelectorOperator[],
): FieldReason['hit'] {
  for (const operator of operators) {
    for (const wanted of clause[operator] ?? []) {
      const value = values.find((one) => isHit(operator, one, wanted))
      if (value !== undefined) return { operator, wanted, value }
    }
  }
  return undefined
}

function isHit(operator: SelectorOperator, value: string, wanted: string): boolean {
  switch (operator) {
    case 'equals':
    case 'notEquals':
      return value === wanted
    case 'startsWith':
    case 'notStartsWith':
      return value.startsWith(wanted)
    case 'endsWith':
    case 'notEndsWith':
      return value.endsWith(wanted)
  }
}
