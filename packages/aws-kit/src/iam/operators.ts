import { parseAddress, parseAddressRange } from './ip-address.ts'

/** How an operator compares; the negated ones are named by what they negate. */
export type Comparison =
  | 'string'
  | 'string-ignore-case'
  | 'string-like'
  | 'number'
  | 'date'
  | 'bool'
  | 'binary'
  | 'ip'
  | 'arn'
  | 'null'

type Order = '=' | '<' | '<=' | '>' | '>='

interface OperatorTraits {
  readonly comparison: Comparison
  readonly isNegated: boolean
  /** For numbers and dates. */
  readonly order: Order
}

const is = (comparison: Comparison, order: Order = '='): OperatorTraits => ({ comparison, isNegated: false, order })
const not = (comparison: Comparison): OperatorTraits => ({ comparison, isNegated: true, order: '=' })

/** @source IAM User Guide, condition operators */
export const operators = {
  StringEquals: is('string'),
  StringNotEquals: not('string'),
  StringEqualsIgnoreCase: is('string-ignore-case'),
  StringNotEqualsIgnoreCase: not('string-ignore-case'),
  StringLike: is('string-like'),
  StringNotLike: not('string-like'),
  NumericEquals: is('number'),
  NumericNotEquals: not('number'),
  NumericLessThan: is('number', '<'),
  NumericLessThanEquals: is('number', '<='),
  NumericGreaterThan: is('number', '>'),
  NumericGreaterThanEquals: is('number', '>='),
  DateEquals: is('date'),
  DateNotEquals: not('date'),
  DateLessThan: is('date', '<'),
  DateLessThanEquals: is('date', '<='),
  DateGreaterThan: is('date', '>'),
  DateGreaterThanEquals: is('date', '>='),
  Bool: is('bool'),
  BinaryEquals: is('binary'),
  IpAddress: is('ip'),
  NotIpAddress: not('ip'),
  // The Like and Equals forms of ARNs behave alike on AWS.
  ArnEquals: is('arn'),
  ArnNotEquals: not('arn'),
  ArnLike: is('arn'),
  ArnNotLike: not('arn'),
  Null: is('null'),
} satisfies Record<string, OperatorTraits>

export type ConditionOperator = keyof typeof operators

export function isConditionOperator(name: string): name is ConditionOperator {
  return Object.hasOwn(operators, name)
}

export function traitsOf(operator: ConditionOperator): OperatorTraits {
  return operators[operator]
}

/** Whether two ordered values stand as the operator asks. */
export function isOrdered(left: number, order: Order, right: number): boolean {
  switch (order) {
    case '=':
      return left === right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}

/** `undefined` unless the text is a number as AWS writes them. */
export function readNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

const isoDate = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/

/** Epoch milliseconds of an ISO date or of epoch seconds. */
export function readDate(text: string): number | undefined {
  if (/^\d{1,12}$/.test(text) && text.length !== 4) return Number(text) * 1000
  if (!isoDate.test(text)) return undefined
  // Without a zone AWS means UTC, JavaScript the local time.
  const ms = Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text)
  return Number.isNaN(ms) ? undefined : ms
}

/** Whether a value can be compared by the operator at all; documents with one that cannot are refused. */
export function isOperand(comparison: Comparison, value: string): boolean {
  switch (comparison) {
    case 'number':
      return readNumber(value) !== undefined
    case 'date':
      return readDate(value) !== undefined
    case 'bool':
    case 'null':
      return /^(true|false)$/i.test(value)
    case 'ip':
      return parseAddressRange(value) !== undefined || parseAddress(value) !== undefined
    case 'binary':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(value)
    default:
      return true
  }
}
