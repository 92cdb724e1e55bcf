import type { RoutedOperation, RouteTable } from '@cairn/aws-kit/naming'
import { dataEventOf, type RecordResource } from '@cairn/core/record'
import type { CallPlace } from './named-call.ts'

type Members = Readonly<Record<string, unknown>>

/** Names in a request, in lower case → their values. */
type Names = ReadonlyMap<string, readonly string[]>

/** A call on more things than this is authorised on the first of them; the largest batches are of a hundred. */
const arnsMax = 100

/** What a call works on. */
export interface CallResources {
  /**
   * ARNs it is authorised on. A type of resource that the action needs and the request does not name is there with `*`
   * for a name; one that it only may have is not there.
   */
  readonly arns: readonly string[]
  /** `resources` of the record: of data events what they work in, of some services' management events too. */
  readonly recorded: readonly RecordResource[]
}

/** Fills IAM's patterns of a call's types of resources from the request. */
export function resourcesOf(
  table: RouteTable,
  operation: RoutedOperation,
  input: Members,
  place: CallPlace,
): CallResources {
  const names = namesOf(input)
  const arns = new Set<string>()
  for (const { name, isRequired } of operation.resourceTypes) {
    const pattern = patternOf(table, name)
    const found = fill(pattern, names, place)
    // What the call makes, or names in a way only its owner can tell, may be any of its kind.
    const own = found.length === 0 && isRequired ? [anyOf(pattern, place)] : found
    for (const arn of own) if (arns.size < arnsMax) arns.add(arn)
  }
  return { arns: [...arns], recorded: recorded(table, operation, { input, names, place }) }
}

interface Said {
  readonly input: Members
  readonly names: Names
  readonly place: CallPlace
}

function recorded(table: RouteTable, operation: RoutedOperation, said: Said): readonly RecordResource[] {
  const data = dataEventOf(table.service, operation.name)
  if (data === undefined) return managementResources(table, operation, said)
  if (data.resource === undefined) return []
  const arns = fill(patternOf(table, data.resource), said.names, said.place)
  return arns.map((ARN) => owned(ARN, data.type, said.place))
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
  table: RouteTable,
  { name }: RoutedOperation,
  { input, names, place }: Said,
): readonly RecordResource[] {
  switch (table.service) {
    case 'sts':
      return typeof input.RoleArn === 'string' ? [owned(input.RoleArn, 'AWS::IAM::Role', place)] : []
    case 'kms': {
      // Where the request has an alias or a ciphertext, the answer will tell the key.
      const keyId = names.get('keyid') ?? names.get('targetkeyid')
      const arns = keyId === undefined ? [] : fill(patternOf(table, 'key'), new Map([['keyid', keyId]]), place)
      return arns.map((ARN) => owned(ARN, 'AWS::KMS::Key', place))
    }
    case 'ssm': {
      if (!parameterOperations.has(name)) return []
      return (names.get('name') ?? []).slice(0, arnsMax).map((parameter) => {
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

/** Of a URL of a queue, its last part is the queue's name; items of a batch are named by their tables. */
function namesOf(input: Members): Names {
  const names = new Map<string, readonly string[]>()
  const add = (name: string, values: readonly string[]) => {
    if (values.length > 0 && !names.has(name)) names.set(name, values)
  }
  for (const [name, value] of Object.entries(input)) {
    const lower = name.toLowerCase()
    // An alias of KMS may mean any key.
    if (typeof value === 'string') add(lower, /(?:^|:)alias\//.test(value) && lower.endsWith('keyid') ? [] : [value])
    else if (Array.isArray(value)) {
      const values = value.filter((each: unknown): each is string => typeof each === 'string')
      add(lower, values)
      if (lower.endsWith('s')) add(lower.slice(0, -1), values)
    } else if (lower === 'requestitems' && typeof value === 'object' && value !== null) {
      add('tablename', Object.keys(value))
    }
    const own = names.get(lower)
    if (own === undefined) continue
    if (lower === 'queueurl')
      add(
        'queuename',
        own.map((url) => url.slice(url.lastIndexOf('/') + 1)),
      )
    else if (lower.endsWith('arn')) add(`${lower.slice(0, -3)}name`, own)
  }
  return names
}

/** A pattern of IAM's in its parts: texts, and between them the variables. */
interface Pattern {
  readonly texts: readonly string[]
  readonly variables: readonly string[]
  /** The first that names the thing itself, in lower case. */
  readonly first: string | undefined
}

const patterns = new WeakMap<RouteTable, Map<string, Pattern>>()
const ofPlace: ReadonlySet<string> = new Set(['partition', 'region', 'account'])

function patternOf(table: RouteTable, type: string): Pattern {
  const own = patterns.get(table) ?? new Map<string, Pattern>()
  patterns.set(table, own)
  const known = own.get(type)
  if (known !== undefined) return known
  const parts = (table.resources.get(type) ?? '').split(/\$\{(\w+)\}/)
  const variables = parts.filter((_, index) => index % 2 === 1).map((name) => name.toLowerCase())
  const texts = parts.filter((_, index) => index % 2 === 0)
  const pattern = { texts, variables, first: variables.find((name) => !ofPlace.has(name)) }
  own.set(type, pattern)
  return pattern
}

/** A pattern's ARNs: one per value of its first variable. A value that is an ARN already stands for the whole. */
function fill({ texts, variables, first }: Pattern, names: Names, place: CallPlace): readonly string[] {
  const values = first === undefined ? undefined : (names.get(first) ?? names.get(`${first}arn`))
  if (values === undefined) return nothing
  const arns: string[] = []
  for (const value of values.slice(0, arnsMax)) {
    const arn = value.startsWith('arn:')
      ? value
      : join(texts, variables, (name) => {
          if (name === first) return value
          return ofPlace.has(name) ? place[name as keyof CallPlace] : names.get(name)?.[0]
        })
    if (arn !== undefined) arns.push(arn)
  }
  return arns
}

const nothing: readonly string[] = []

function anyOf({ texts, variables }: Pattern, place: CallPlace): string {
  return join(texts, variables, (name) => (ofPlace.has(name) ? place[name as keyof CallPlace] : '*')) ?? '*'
}

/** `undefined` when one of the variables has no value. */
function join(
  texts: readonly string[],
  variables: readonly string[],
  find: (name: string) => string | undefined,
): string | undefined {
  let arn = texts[0] ?? ''
  for (const [index, name] of variables.entries()) {
    const value = find(name)
    if (value === undefined) return undefined
    arn += value + (texts[index + 1] ?? '')
  }
  return arn
}

function accountOf(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1]
}
