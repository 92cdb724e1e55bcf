import { impossibleName } from '../naming/index.ts'
import type { AuditRule } from './audit-rules.ts'

/** A name in an audit rule that no call will ever have: the rule does less than it seems to. */
export interface IdleName {
  /** Counted from one. */
  readonly rule: number
  readonly name: string
  /** What may be meant. */
  readonly near: readonly string[]
}

/**
 * Names of the rules that fit no call by the tables of all services. Rules go by more names than those of operations: by
 * what signatures call a service and records an operation, too. `ownServices` are in no table and may be meant.
 */
export function idleNames(rules: readonly AuditRule[], ownServices: readonly string[]): readonly IdleName[] {
  return rules.flatMap(({ services = [], operations = [] }, index) => {
    const asked = [
      ...services.map((name) => ({ name, service: name, operation: '*' })),
      ...operations.map((name) => {
        const colon = name.indexOf(':')
        const service = colon < 0 ? '*' : name.slice(0, colon)
        return { name, service, operation: name.slice(colon + 1) }
      }),
    ]
    return asked.flatMap(({ name, service, operation }) => {
      if (ownServices.includes(service) || operation.toLowerCase() === 'unknownoperation') return []
      const impossible = impossibleName({ service, operation })
      const isFitting = impossible?.otherwise === 'alias' || impossible?.otherwise === 'event-name'
      return impossible === undefined || isFitting ? [] : [{ rule: index + 1, name, near: impossible.near }]
    })
  })
}
