import type { RoutedOperation, RouteTable } from '@cairn/aws-kit/naming'
import { dataEventOf, type RecordResource } from '@cairn/core/record'
import type { CallPlace } from './named-call.ts'

type Members = Readonly<Record<string, unknown>>

/** A call on more things than this is authorised on the first of them; the largest batches are of a hundred. */
const arnsMax = 100

/**
 * ARNs of what a call works on: IAM's patterns of its resource types filled from the request. A type whose names the
 * request does not hold gives none.
 */
export function resourceArns(
  table: RouteTable,
  operation: RoutedOperation,
  input: Members,
  place: CallPlace,
): readonly string[] {
  const names = namesOf(input)
  const arns = new Set<string>()
  for (const type of operation.resourceTypes) {
    const pattern = table.resources.get(type)
    if (pattern === undefined) continue
    for (const arn of fill(pattern, names, place)) if (arns.size < arnsMax) arns.add(arn)
  }
  return [...arns]
}

/** `resources` of the record: of data events what they work in, of some services' management events too. */
export function recordResources(
  table: RouteTable,
  operation: RoutedOperation,
  input: Members,
  place: CallPlace,
): readonly RecordResource[] {
  const data = dataEventOf(table.service, operation.name)
  if (data !== undefined) {
    const pattern = data.resource === undefined ? undefined : table.resources.get(data.resource)
    const arns = pattern === undefined ? [] : fill(pattern, namesOf(input), place)
    return arns.slice(0, arnsMax).map((ARN) => owned(ARN, data.type, place))
  }
  return managementResources(table, operation, input, place)
}

const parameterOperations: ReadonlySet<string> = new Set([
  'DeleteParameter',
  'DeleteParameters',
  'GetParameter',
  'GetParameters',
  'PutParameter',
])

/** @source real log files: KMS and STS name the key and the role, SSM the parameters, without a type */
function managementResources(
  { service, resources }: RouteTable,
  { name }: RoutedOperation,
  input: Members,
  place: CallPlace,
): readonly RecordResource[] {
  switch (service) {
    case 'sts':
      return typeof input.RoleArn === 'string' ? [owned(input.RoleArn, 'AWS::IAM::Role', place)] : []
    case 'kms': {
      const keyId = input.KeyId ?? input.TargetKeyId
      const pattern = resources.get('key')
      // An alias may mean any key: the answer will tell.
      if (typeof keyId !== 'string' || /(?:^|:)alias\//.test(keyId) || pattern === undefined) return []
      return fill(pattern, new Map([['keyid', [keyId]]]), place).map((ARN) => owned(ARN, 'AWS::KMS::Key', place))
    }
    case 'ssm': {
      if (!parameterOperations.has(name)) return []
      const names = namesOf(input).get('name') ?? []
      return names.slice(0, arnsMax).map((parameter) => {
        const own = `arn:${place.partition}:ssm:${place.region}:${place.account}:parameter/${parameter.replace(/^\//, '')}`
        return owned(parameter.startsWith('arn:') ? parameter : own, undefined, place)
      })
    }
    default:
      return []
  }
}

/** An entry of `resources`: whose it is, its ARN tells if anything. */
export function owned(ARN: string, type: string | undefined, { account }: Pick<CallPlace, 'account'>): RecordResource {
  return { accountId: accountOf(ARN) ?? account, ...(type !== undefined && { type }), ARN }
}

/** Names in the request, in lower case → their values. Of a URL of a queue, its last part is the queue's name. */
function namesOf(input: Members): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>()
  const add = (name: string, values: readonly string[]) => {
    if (values.length > 0 && !names.has(name)) names.set(name, values)
  }
  for (const [name, value] of Object.entries(input)) {
    const values = (Array.isArray(value) ? value : [value]).filter(
      (each: unknown): each is string => typeof each === 'string',
    )
    const lower = name.toLowerCase()
    add(lower, values)
    if (lower.endsWith('s')) add(lower.slice(0, -1), values)
    if (lower === 'queueurl')
      add(
        'queuename',
        values.map((url) => url.slice(url.lastIndexOf('/') + 1)),
      )
    if (lower === 'requestitems' && typeof value === 'object' && value !== null) add('tablename', Object.keys(value))
    if (lower.endsWith('arn')) add(`${lower.slice(0, -3)}name`, values)
  }
  return names
}

/** A pattern's ARNs: one per value of its last variable. A value that is an ARN already stands for the whole. */
function fill(pattern: string, names: ReadonlyMap<string, readonly string[]>, place: CallPlace): readonly string[] {
  const variables = [...pattern.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
  const own = variables.filter((name) => !['Partition', 'Region', 'Account'].includes(name))
  const [first, ...others] = own
  if (first === undefined) return [withPlace(pattern, place)]
  const values = names.get(first.toLowerCase()) ?? names.get(`${first.toLowerCase()}arn`) ?? []
  return values.slice(0, arnsMax).flatMap((value) => {
    if (value.startsWith('arn:')) return [value]
    let arn = withPlace(pattern, place).replace(`\${${first}}`, () => value)
    for (const name of others) {
      const other = names.get(name.toLowerCase())?.[0]
      if (other === undefined) return []
      arn = arn.replace(`\${${name}}`, () => other)
    }
    return [arn]
  })
}

function withPlace(pattern: string, { partition, region, account }: CallPlace): string {
  return pattern
    .replace(/\$\{Partition\}/, partition)
    .replace(/\$\{Region\}/, region)
    .replace(/\$\{Account\}/, account)
}

function accountOf(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1]
}
