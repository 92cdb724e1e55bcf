import { type ImpossibleName, impossibleName } from '@cairn/server/naming'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import type { Expectation } from './expectation.ts'

/** A service that no table of AWS has, or an operation that its service has not there. */
export interface OwnName {
  readonly service: string
  readonly operation: string | undefined
}

/** `billing`, `s3:RestoreBucket`. @throws CommandFailure with exit code `usage` */
export function parseOwnNames(texts: readonly string[]): readonly OwnName[] {
  return texts.map((text) => {
    const [, service, operation] = /^([a-z0-9-]+)(?::([A-Za-z0-9_]+))?$/.exec(text) ?? []
    if (service !== undefined) return { service, operation }
    throw new CommandFailure(`--allow-name does not understand '${text}'.`, {
      advice: 'It reads SERVICE or SERVICE:OPERATION, such as billing or s3:RestoreBucket.',
      exitCode: exitCodes.usage,
    })
  })
}

/**
 * An expectation with a name that no call can have holds as `==0` whatever is called, and else never: a mistyped name is
 * found now, not by what got past it.
 *
 * @throws CommandFailure with exit code `usage`
 */
export function requirePossible(expectations: readonly Expectation[], own: readonly OwnName[]): void {
  for (const expectation of expectations) {
    const impossible = isOwn(expectation, own) ? undefined : impossibleName(expectation)
    if (impossible !== undefined) throw refusal(expectation, impossible)
  }
}

function isOwn({ service, means }: Expectation, own: readonly OwnName[]): boolean {
  return own.some((name) =>
    name.operation === undefined ? name.service === service : means(`${name.service}:${name.operation}`),
  )
}

const reasons: Readonly<Record<NonNullable<ImpossibleName['otherwise']>, string>> = {
  alias: 'signatures and addresses call it so',
  'same-call': 'its calls cannot be told from those of another, and have their name',
  'event-name': 'records call it so',
  action: 'it is an action of IAM',
}

function refusal({ text, service, operation }: Expectation, { kind, otherwise, near }: ImpossibleName): CommandFailure {
  const isPattern = /[*?]/.test(kind === 'service' ? service : operation)
  const [what, name, own] =
    kind === 'service'
      ? ['service', service, service]
      : [
          /[*?]/.test(service) ? 'operation of these services' : `operation of ${service}`,
          operation,
          `${service}:${operation}`,
        ]
  const problem = isPattern ? `no ${what} fits '${name}'` : `no ${what} is called '${name}'`
  const because = otherwise === undefined ? '' : `; ${reasons[otherwise]}`
  const meant = near.length === 0 ? '' : `Is ${listed(near)} meant? `
  return new CommandFailure(`--expect '${text}' can match no call: ${problem}${because}.`, {
    advice: `${meant}A name of your own, which is none of AWS's, is taken with --allow-name ${isPattern ? 'NAME' : own}.`,
    exitCode: exitCodes.usage,
  })
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} or ${last}`
}
