import { object } from './json-shape.ts'
import { type ConditionOperator, isConditionOperator, isOperand, traitsOf } from './operators.ts'
import type { Condition } from './policy-document.ts'
import { PolicyError } from './policy-error.ts'

/** @throws PolicyError */
export function parseConditions(source: unknown, at: string): readonly Condition[] {
  const conditions: Condition[] = []
  for (const [name, block] of Object.entries(object(source, at))) {
    const operator = parseOperator(name, at)
    const seen = new Set<string>()
    for (const [key, value] of Object.entries(object(block, `${at}.${name}`))) {
      const place = `${at}.${name}.${key.slice(0, 128)}`
      if (!/^[A-Za-z0-9-]+:\S+$/.test(key)) {
        throw new PolicyError('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.', place)
      }
      if (seen.has(key.toLowerCase())) throw new PolicyError('Condition keys must be unique.', place)
      seen.add(key.toLowerCase())
      conditions.push({ ...operator, key, values: parseValues(operator.operator, value, place) })
    }
  }
  return conditions
}

function parseOperator(name: string, at: string): Pick<Condition, 'operator' | 'quantifier' | 'ifExists'> {
  const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name)
  const [, quantifier, operator = '', ifExists] = match ?? []
  if (!isConditionOperator(operator) || (operator === 'Null' && ifExists !== undefined)) {
    throw new PolicyError(`Invalid Condition type : ${name.slice(0, 64)}.`, at)
  }
  return {
    operator,
    ...(quantifier === undefined ? {} : { quantifier: quantifier as 'ForAllValues' | 'ForAnyValue' }),
    ifExists: ifExists !== undefined,
  }
}

/** JSON's numbers and booleans stand for their text. No value at all is one that never matches, as on AWS. */
function parseValues(operator: ConditionOperator, value: unknown, at: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const { comparison } = traitsOf(operator)
  return list.map((one) => {
    const isScalar = typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'
    if (!isScalar || !isOperand(comparison, String(one))) {
      throw new PolicyError(`Invalid value for condition operator ${operator}.`, at)
    }
    return String(one)
  })
}
