import { hiddenMembers, type Mark } from './redaction.ts'

/** How a service's records show members. */
export interface MemberHabits {
  /** Members hidden by name at any depth. */
  readonly hidden: ReadonlyMap<string, Mark>
  /** Names of members, where they are not those of `recordMemberName`. */
  readonly nameOf?: (member: string, wireName: string) => string
}

/** Services whose records keep the names on the wire. Keys are the API's names. @source real log files of 2020–2026 */
const asOnTheWire: ReadonlySet<string> = new Set(['account', 'ce', 'devops-guru', 'resource-explorer-2'])

/** Single members under other names. @source real log files of 2023 */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'secretsmanager CreateSecret': { ARN: 'arn' },
  'secretsmanager PutSecretValue': { ARN: 'arn' },
}

/** Services that record an answer's only structure without its name. @source real log files of 2023 (rds), their guides */
const unwrapping: ReadonlySet<string> = new Set(['docdb', 'elasticache', 'neptune', 'rds', 'redshift'])

const known = new Map<string, MemberHabits>()

/**
 * How the members of an operation are named and which are hidden; the same object for the same operation.
 *
 * @quirk most services' records lower the first letter of every member; some keep the names on the wire. Which do is
 * known of those that were seen: a service in none of the tables of habits/ is recorded as its API's model has it
 */
export function memberHabits(service: string, operation: string): MemberHabits {
  const key = `${service} ${operation}`
  const habits = known.get(key)
  if (habits !== undefined) return habits
  const names = Object.hasOwn(renamed, key) ? renamed[key] : undefined
  const made: MemberHabits = {
    hidden: hiddenMembers(service, operation),
    ...(asOnTheWire.has(service) && { nameOf: (_, wireName) => wireName }),
    ...(names && { nameOf: (name) => names[name] ?? name.slice(0, 1).toLowerCase() + name.slice(1) }),
  }
  known.set(key, made)
  return made
}

/** An answer as records show it: RDS and its kin show what is in the only structure, not the structure. */
export function unwrapAnswer(service: string, members: Readonly<Record<string, unknown>> | null) {
  if (members === null || !unwrapping.has(service)) return members
  const [only, ...others] = Object.values(members)
  const isStructure = typeof only === 'object' && only !== null && !Array.isArray(only)
  return others.length === 0 && isStructure ? (only as Readonly<Record<string, unknown>>) : members
}
