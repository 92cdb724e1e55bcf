import type { Place } from '../refusal.ts'
import type { SqlType } from '../sql-type.ts'
import type { Typed } from '../typed.ts'
import { readSignature, type Signature } from './signature.ts'

/** A lambda argument, for emitting. */
export interface LambdaText {
  readonly parameters: readonly string[]
  readonly body: string
  readonly type: SqlType
}

/** One call, when its arguments fit. */
export interface Call {
  readonly place: Place
  readonly name: string
  /** Turned into what the signature wants. Lambdas are missing here. */
  readonly args: readonly Typed[]
  readonly lambdas: readonly LambdaText[]
  readonly result: SqlType
  /** For functions of many rows. */
  readonly apply: Apply
}

/** One way to call a function. */
export interface Variant {
  readonly signature: Signature
  readonly kind: 'scalar' | 'aggregate' | 'window'
  /** The engine's text, from the texts of the arguments. */
  readonly emit: (call: Call, ...texts: string[]) => string
  /** Where the result's type depends on more than letters. */
  readonly resultType?: (args: readonly SqlType[]) => SqlType
}

/** Text out of the arguments' texts, in order. */
export type Template = (...texts: string[]) => string

/** A function of one row whose text needs the arguments' texts only. */
export function scalar(signature: string, template: Template, resultType?: Variant['resultType']): Variant {
  return scalarCall(signature, (_call, ...texts) => template(...texts), resultType)
}

/** A function of one row whose text needs more of the call. */
export function scalarCall(signature: string, emit: Variant['emit'], resultType?: Variant['resultType']): Variant {
  return { signature: readSignature(signature), kind: 'scalar', emit, ...(resultType && { resultType }) }
}

/**
 * Calls a function of the engine over the rows of a group or window, with what the statement says of DISTINCT, ORDER BY,
 * FILTER, IGNORE NULLS and OVER.
 */
export type Apply = (engineFunction: string, ...args: string[]) => string

/** A function of many rows. */
export function aggregate(
  signature: string,
  template: (apply: Apply, ...texts: string[]) => string,
  resultType?: Variant['resultType'],
): Variant {
  return {
    ...scalar(signature, () => '', resultType),
    kind: 'aggregate',
    emit: (call, ...texts) => template(call.apply, ...texts),
  }
}

/** A function that stands before OVER only. */
export function windowOnly(signature: string, template: (apply: Apply, ...texts: string[]) => string): Variant {
  return { ...aggregate(signature, template), kind: 'window' }
}
