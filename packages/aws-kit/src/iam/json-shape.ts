import { PolicyError } from './policy-error.ts'

/** @throws PolicyError unless the value is a JSON object */
export function object(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicyError('Syntax errors in policy.', at)
  }
  return value as Readonly<Record<string, unknown>>
}

/** @throws PolicyError unless the value is a string */
export function string(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new PolicyError('Syntax errors in policy.', at)
  return value
}

/** A string, or a list of at least one. @throws PolicyError */
export function strings(value: unknown, at: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new PolicyError('Syntax errors in policy.', at)
  return list.map((one) => string(one, at))
}
