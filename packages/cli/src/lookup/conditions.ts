import { type ConditionBody, parseAddressRange, parseConditionText } from '@cairn/core/lookup'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'

/** Options that say what an event must be like, and the field each asks for. Several of one option: any of them. */
const fieldOptions = {
  user: 'username',
  eventName: 'eventName',
  source: 'eventSource',
  resource: 'resourceName',
  resourceType: 'resourceType',
  accessKey: 'accessKeyId',
  event: 'eventId',
  error: 'errorCode',
  userAgent: 'userAgent',
  ip: 'sourceIp',
} as const

type FieldOption = keyof typeof fieldOptions

export type ConditionOptions = Readonly<Record<FieldOption | 'where' | 'not', readonly string[]>> & {
  readonly readOnly: boolean
  readonly writeOnly: boolean
}

/**
 * The conditions of a command line. `--not` takes the option behind it for its value, as any option with a value takes
 * the next word; the value of that option then stands among the positional words, in the same order.
 *
 * @throws CommandFailure with exit code `usage`
 */
export function conditionsOf(options: ConditionOptions, words: readonly string[]): ConditionBody[] {
  const conditions: ConditionBody[] = []
  for (const name of Object.keys(fieldOptions) as FieldOption[]) {
    if (options[name].length > 0) conditions.push(...fieldConditions(name, options[name]))
  }
  for (const text of options.where) conditions.push(whereCondition(text))
  if (options.readOnly && options.writeOnly) throw usage('--read-only and --write-only exclude each other.')
  if (options.readOnly) conditions.push({ field: 'readOnly', is: 'true' })
  if (options.writeOnly) conditions.push({ field: 'readOnly', is: 'false' })
  return [...conditions, ...negatedConditions(options.not, words)]
}

function negatedConditions(nots: readonly string[], words: readonly string[]): ConditionBody[] {
  const left = [...words]
  const conditions = nots.flatMap((written) => {
    const [, option, attached] = /^--([a-z-]+)(?:=([\s\S]*))?$/.exec(written) ?? []
    if (option === undefined) throw usage(`--not stands before a condition, such as --not --source s3; got ${written}`)
    if (option === 'read-only' || option === 'write-only') {
      return [{ field: 'readOnly', is: String(option === 'read-only'), not: true }]
    }
    const value = attached ?? left.shift()
    if (value === undefined) throw usage(`--not --${option} lacks its value.`)
    if (option === 'where') return [negated(whereCondition(value))]
    const name = option.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    if (!Object.hasOwn(fieldOptions, name)) throw usage(`--not cannot stand before --${option}.`)
    return fieldConditions(name as FieldOption, [value]).map(negated)
  })
  if (left.length > 0) throw usage(`Unexpected: ${left.join(' ')}. Every condition has an option, such as --user.`)
  return conditions
}

function negated(condition: ConditionBody): ConditionBody {
  return { ...condition, not: condition.not !== true }
}

function fieldConditions(name: FieldOption, values: readonly string[]): ConditionBody[] {
  const field = fieldOptions[name]
  if (name === 'source') return [{ field, is: values.map(serviceHost) }]
  const wrong =
    name === 'ip' && values.find((value) => /[/:]|^[\d.]+$/.test(value) && parseAddressRange(value) === undefined)
  // What is looked for as the name of a service instead would only be found nowhere.
  if (wrong) throw usage(`--ip takes an address, a range such as 203.0.113.0/24 or the name of a service; got ${wrong}`)
  const ranges = name === 'ip' ? values.filter((value) => parseAddressRange(value) !== undefined) : []
  if (ranges.length === 0) return [{ field, is: values }]
  if (ranges.length < values.length) throw usage('--ip takes addresses and ranges, or names of services, not both.')
  return [{ field, within: ranges }]
}

/** `s3` is meant for `s3.amazonaws.com`. */
function serviceHost(value: string): string {
  return /^[a-z0-9-]+$/.test(value) ? `${value}.amazonaws.com` : value
}

function whereCondition(text: string): ConditionBody {
  const condition = parseConditionText(text)
  if (condition === undefined) {
    throw usage(`--where takes a condition such as requestParameters.roleName=admin; got ${text}`)
  }
  return condition
}

function usage(message: string): CommandFailure {
  return new CommandFailure(message, { advice: 'See: cairn lookup --help', exitCode: exitCodes.usage })
}
