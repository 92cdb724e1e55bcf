import type { OperationDefinition, ServiceDefinition, ShapeDefinition } from './service-definition.ts'
import { shapeTable } from './shape-table.ts'

/** What IAM says of a service; see iam-words.ts. */
export interface IamWords {
  /** `dynamodb`; absent when IAM does not know the service. */
  readonly prefix?: string
  /**
   * Operation → its actions, whether the first only reads or lists, and the first's resource types, required ones with
   * `*`.
   */
  readonly actions: Readonly<Record<string, readonly [actions: string, reads: boolean, resources: readonly string[]]>>
  /** Resource type → ARN with `${Variables}`. */
  readonly resources: Readonly<Record<string, string>>
}

/**
 * models/routes/<service>.json: what naming needs of a service, as compact as it can be read. One line per operation and
 * shape, so that a change of one is a change of one line. aws-kit/naming/route-table.ts is its reader and says how lines
 * are to be read.
 */
export function routeTable(service: string, definition: ServiceDefinition, iam: IamWords, origin: string): string {
  const { metadata } = definition
  const names = Object.keys(definition.operations).sort()
  const operations = names.map((name) => [name, operationRow(name, definition, iam)] as const)
  const head = {
    origin,
    service,
    apiVersion: metadata.apiVersion,
    protocol: metadata.protocol === 'json' ? `json-${metadata.jsonVersion ?? '1.1'}` : metadata.protocol,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    endpointPrefix: metadata.endpointPrefix,
    targetPrefix: metadata.targetPrefix,
    iamPrefix: iam.prefix,
  }
  const lines = Object.entries(head).flatMap(([name, value]) =>
    value === undefined ? [] : [`${JSON.stringify(name)}:${JSON.stringify(value)}`],
  )
  const used = new Set(
    Object.values(iam.actions).flatMap(([, , resources]) => resources.map((type) => type.replace('*', ''))),
  )
  const resources = Object.entries(iam.resources).filter(([type]) => used.has(type))
  return `{${[
    ...lines,
    section('resources', resources),
    section('operations', operations),
    section('shapes', [...shapeTable(definition, (name) => iam.actions[name]?.[1] === true || isRead(name))]),
  ].join(',\n')}}\n`
}

/** Answers of these are never shown; `AssumeRole…`'s are although they read, so they do not count as reads here. */
export function isRead(name: string): boolean {
  return /^(Get|List|Describe|Head|BatchGet|Search|Lookup)/.test(name) && !answeredReads.has(name)
}

/** Named like reads, and yet recorded with their answers. */
const answeredReads: ReadonlySet<string> = new Set(['GetFederationToken', 'GetSessionToken'])

function operationRow(name: string, { operations, shapes }: ServiceDefinition, iam: IamWords): readonly unknown[] {
  const operation = operations[name] as OperationDefinition
  const { method, requestUri } = operation.http
  const [actions, reads, resources] = iam.actions[name] ?? ['', false, []]
  const flags = [reads && 'r', operation.deprecated && 'd', operation.authtype === 'none' && 'u']
    .filter(Boolean)
    .join('')
  const row = [
    method === 'POST' ? '' : method,
    requestUri === '/' ? '' : requestUri,
    operation.input?.shape ?? '',
    operation.output?.shape ?? '',
    actions,
    resources.join(','),
    flags,
    operation.endpoint?.hostPrefix ?? '',
    operation.output?.resultWrapper === `${name}Result` ? '' : (operation.output?.resultWrapper ?? ''),
    rootElement(operation, shapes),
  ]
  while (row.at(-1) === '') row.pop()
  return row
}

/** Name of a request's XML root where it has no payload member. */
function rootElement({ input }: OperationDefinition, shapes: Readonly<Record<string, ShapeDefinition>>): string {
  const shape = input && shapes[input.shape]
  return shape?.payload === undefined ? (input?.locationName ?? '') : ''
}

function section(name: string, entries: readonly (readonly [string, unknown])[]): string {
  if (entries.length === 0) return `${JSON.stringify(name)}:{}`
  const lines = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  return `${JSON.stringify(name)}:{\n${lines.join(',\n')}}`
}
