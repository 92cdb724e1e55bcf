import type { ConditionOperator } from './operators.ts'

/** A policy as it was written, checked and brought into one form. */
export interface PolicyDocument {
  /** Variables mean something only in the newer one. */
  readonly version: '2008-10-17' | '2012-10-17'
  readonly id?: string
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  /** Only in resource and trust policies. */
  readonly principals?: PrincipalSet
  readonly actions: PatternSet
  /** Absent in trust policies, where the role is the resource. */
  readonly resources?: PatternSet
  /** All must hold. */
  readonly conditions: readonly Condition[]
}

/** `isNegated` for `NotAction` and `NotResource`. */
export interface PatternSet {
  readonly isNegated: boolean
  readonly patterns: readonly string[]
}

export interface PrincipalSet {
  /** `NotPrincipal`. */
  readonly isNegated: boolean
  /** `*`, everyone, also unsigned. */
  readonly isAnyone: boolean
  /** Account ids, ARNs and unique ids. */
  readonly aws: readonly string[]
  readonly services: readonly string[]
  readonly federated: readonly string[]
  readonly canonicalUsers: readonly string[]
}

export interface Condition {
  readonly operator: ConditionOperator
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue'
  readonly ifExists: boolean
  readonly key: string
  /** One must match; for a negated operator none may. */
  readonly values: readonly string[]
}
