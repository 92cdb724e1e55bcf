import { readFileSync } from 'node:fs'
import type { OperationModel, ServiceModel } from '../model/index.ts'
import { lazyShapes, type ShapeRows } from './shape-rows.ts'

/*
 * A file of models/routes (written by scripts/codegen/route-table.ts; its shapes are in shape-rows.ts):
 *
 *     operation = [method, uri, input, output, actions, types, flags, host prefix, result wrapper, root element]
 *                 ; what is empty at the end is left out; method "" is POST, uri "" is /, actions "" its own name
 *     types     = type [ "*" ] *( "," type [ "*" ] )  ; "*": the action needs one
 *     flags     = *( "r" / "d" / "u" )                ; IAM calls it a read; deprecated; answered without a signature
 */

export type CallProtocol =
  | 'awsJson1_0'
  | 'awsJson1_1'
  | 'restJson1'
  | 'restXml'
  | 'query'
  | 'ec2Query'
  | 'rpcV2Cbor'
  | 'unknown'

/** A service as naming knows it. */
export interface RouteTable {
  /** As models/routes calls it: `dynamodb`, `cloudwatch`. */
  readonly service: string
  readonly protocol: CallProtocol
  readonly signingName: string
  readonly endpointPrefix: string
  readonly targetPrefix?: string
  /** Operations and shapes in the form that codecs read; answers of reads are not among them. */
  readonly model: ServiceModel
  readonly operations: ReadonlyMap<string, RoutedOperation>
  /** Resource type → ARN with `${Variables}`. */
  readonly resources: ReadonlyMap<string, string>
}

export interface RoutedOperation extends OperationModel {
  /** IAM actions with their prefixes, the operation's own first. */
  readonly actions: readonly string[]
  /** Types of the resources its own action works on. A call without one of a required type works on any. */
  readonly resourceTypes: readonly ResourceType[]
  /** IAM's access level of its own action is Read or List. */
  readonly reads: boolean
  /** What stands before the host, with `{Labels}`. */
  readonly hostPrefix: string
}

export interface ResourceType {
  readonly name: string
  readonly isRequired: boolean
}

interface TableFile {
  readonly service: string
  readonly apiVersion: string
  readonly protocol: string
  readonly signingName: string
  readonly endpointPrefix: string
  readonly targetPrefix?: string
  readonly iamPrefix?: string
  readonly resources: Readonly<Record<string, string>>
  readonly operations: Readonly<Record<string, readonly string[]>>
  readonly shapes: ShapeRows
}

/** The package holds the folder beside its code; scripts/pack/bundle.ts knows this line. */
const folder = new URL('../../../../models/routes/', import.meta.url)

/** Text of a file of models/routes. `name` is ours, never a caller's. */
export function readRoutesFile(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
}

/** Reads the table of a service that the index lists. */
export function readRouteTable(service: string): RouteTable {
  return expand(readRoutesFile(service) as TableFile)
}

const protocols: Readonly<Record<string, CallProtocol>> = {
  'json-1.0': 'awsJson1_0',
  'json-1.1': 'awsJson1_1',
  'rest-json': 'restJson1',
  'rest-xml': 'restXml',
  query: 'query',
  ec2: 'ec2Query',
  'smithy-rpc-v2-cbor': 'rpcV2Cbor',
}

function expand(file: TableFile): RouteTable {
  const protocol = protocols[file.protocol] ?? 'unknown'
  const prefix = file.iamPrefix ?? file.signingName
  const operations = new Map(
    Object.entries(file.operations).map(([name, row]) => [name, toOperation(name, row, prefix)] as const),
  )
  hideReplaced(operations)
  return {
    service: file.service,
    protocol,
    signingName: file.signingName,
    endpointPrefix: file.endpointPrefix,
    ...(file.targetPrefix !== undefined && { targetPrefix: file.targetPrefix }),
    operations,
    resources: new Map(Object.entries(file.resources)),
    model: {
      service: file.service,
      apiVersion: file.apiVersion,
      // The reader of shapes knows no other protocols; those that it lacks are read as their nearest kin.
      protocol:
        protocol === 'ec2Query'
          ? 'query'
          : protocol === 'rpcV2Cbor' || protocol === 'unknown'
            ? 'awsJson1_1'
            : protocol,
      signingName: file.signingName,
      endpointPrefix: file.endpointPrefix,
      commonErrors: {},
      operations: Object.fromEntries(operations),
      shapes: lazyShapes(file.shapes),
    },
  }
}

function toOperation(name: string, row: readonly string[], prefix: string): RoutedOperation {
  const [method, uri, input, output, actions, types, flags = '', hostPrefix = '', wrapper, element] = row
  return {
    name,
    http: { method: method || 'POST', uri: uri || '/', code: 200 },
    ...(input ? { input: `@${input}` } : {}),
    ...(output ? { output: `@${output}` } : {}),
    resultWrapper: wrapper || `${name}Result`,
    ...(element ? { inputElement: element } : {}),
    errors: [],
    deprecated: flags.includes('d'),
    unsigned: flags.includes('u'),
    reads: flags.includes('r'),
    actions: (actions || name).split(' ').map((action) => (action.includes(':') ? action : `${prefix}:${action}`)),
    resourceTypes: types ? types.split(',').map(toResourceType) : [],
    hostPrefix,
  }
}

function toResourceType(text: string): ResourceType {
  const isRequired = text.endsWith('*')
  return { name: isRequired ? text.slice(0, -1) : text, isRequired }
}

/** Deprecated operations stay reachable unless another one has taken their route. */
function hideReplaced(operations: Map<string, RoutedOperation>): void {
  const current = new Set(
    [...operations.values()]
      .filter(({ deprecated }) => deprecated !== true)
      .map(({ http }) => `${http.method} ${http.uri}`),
  )
  for (const [name, operation] of operations) {
    const { method, uri } = operation.http
    const isReplaced = operation.deprecated === true && current.has(`${method} ${uri}`)
    operations.set(name, { ...operation, deprecated: isReplaced })
  }
}
