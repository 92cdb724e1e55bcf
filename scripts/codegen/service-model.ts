import type { Protocol, ServiceModel } from '../../packages/aws-kit/src/model/index.ts'
import { commonErrors } from './common-errors.ts'
import { rootElements, unwrapped } from './s3-elements.ts'
import type { MemberDefinition, OperationDefinition, ServiceDefinition, ShapeDefinition } from './service-definition.ts'

/** Facts that the definition leaves to its readers. */
const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** A pattern in Java's spelling that forbids nothing. */
const anything = '(?s).*'

/** JSON values without the members that are `undefined`. */
type Facts = Record<string, unknown>

/**
 * Reduces a definition to what a server needs. Members keep the definition's order: XML is written in it.
 * `both`: what there is to say of a service that speaks the query protocol and JSON.
 */
export function toServiceModel(
  service: string,
  definition: ServiceDefinition,
  both: Pick<ServiceModel, 'queryErrors' | 'pathMember'> = {},
): ServiceModel {
  const { metadata } = definition
  const protocol = protocolOf(metadata)
  const reachable = reachableShapes(definition)
  return compact({
    service,
    apiVersion: metadata.apiVersion,
    protocol,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    endpointPrefix: metadata.endpointPrefix,
    targetPrefix: metadata.targetPrefix?.split('.').at(-1),
    xmlNamespace: protocol === 'restXml' ? s3Namespace : metadata.xmlNamespace,
    commonErrors: commonErrors[protocol],
    ...both,
    operations: mapSorted(definition.operations, (operation, name) => toOperation(name, operation, definition)),
    shapes: Object.fromEntries([...reachable].sort().map((name) => [name, toShape(definition.shapes[name])])),
  }) as unknown as ServiceModel
}

function protocolOf(metadata: ServiceDefinition['metadata']): Protocol {
  switch (metadata.protocol) {
    case 'json':
      return metadata.jsonVersion === '1.0' ? 'awsJson1_0' : 'awsJson1_1'
    case 'rest-json':
      return 'restJson1'
    case 'rest-xml':
      return 'restXml'
    case 'query':
      return 'query'
    default:
      throw new Error(`no codec for protocol ${metadata.protocol}`)
  }
}

function toOperation(name: string, operation: OperationDefinition, definition: ServiceDefinition): Facts {
  return compact({
    name,
    http: {
      method: operation.http.method,
      uri: operation.http.requestUri,
      code: operation.http.responseCode ?? 200,
    },
    input: operation.input?.shape,
    output: operation.output?.shape,
    resultWrapper: operation.output?.resultWrapper,
    inputElement: operation.input?.locationName,
    outputElement: protocolOf(definition.metadata) === 'restXml' ? rootElements[name] : undefined,
    outputUnwrapped: (protocolOf(definition.metadata) === 'restXml' && unwrapped.has(name)) || undefined,
    errors: (operation.errors ?? []).map((error) => error.shape).sort(),
    unsigned: operation.authtype === 'none' || undefined,
    deprecated: operation.deprecated,
    streamingInput: streamingMember(operation.input?.shape, definition),
    streamingOutput: streamingMember(operation.output?.shape, definition),
  })
}

function streamingMember(shapeName: string | undefined, definition: ServiceDefinition): string | undefined {
  if (shapeName === undefined) return undefined
  return Object.entries(definition.shapes[shapeName]?.members ?? {}).find(([, member]) => {
    const shape = definition.shapes[member.shape]
    return member.streaming === true || shape?.streaming === true || shape?.eventstream === true
  })?.[0]
}

function toShape(shape: ShapeDefinition | undefined): Facts {
  if (shape === undefined) throw new Error('a member refers to a shape that does not exist')
  const pattern = shape.pattern === anything ? undefined : shape.pattern
  const constraints = { min: shape.min, max: shape.max, pattern, sensitive: shape.sensitive }
  switch (shape.type) {
    case 'structure':
      return compact({
        type: 'structure',
        required: shape.required ?? [],
        members: mapInOrder(shape.members ?? {}, toMember),
        payload: shape.payload,
        sensitive: shape.sensitive,
        union: shape.union,
        eventStream: shape.eventstream,
        locationName: shape.locationName,
        xmlNamespace: toNamespace(shape.xmlNamespace),
        error: shape.exception ? toError(shape) : undefined,
      })
    case 'list':
      return compact({ type: 'list', member: toMember(shape.member), flattened: shape.flattened, ...constraints })
    case 'map': {
      const [key, value] = [toMember(shape.key), toMember(shape.value)]
      return compact({ type: 'map', key, value, flattened: shape.flattened, ...constraints })
    }
    case 'string':
      return compact({ type: 'string', enum: shape.enum, ...constraints })
    case 'timestamp':
      return compact({ type: 'timestamp', timestampFormat: shape.timestampFormat, ...constraints })
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
    case 'boolean':
    case 'blob':
      return compact({ type: shape.type, ...constraints })
    default:
      throw new Error(`no codec for shapes of type ${shape.type}`)
  }
}

function toError(shape: ShapeDefinition): Facts {
  const { error } = shape
  return compact({ code: error?.code, status: error?.httpStatusCode, senderFault: error?.senderFault })
}

function toMember(member: MemberDefinition | undefined): Facts {
  if (member === undefined) throw new Error('a list or map without its member')
  return compact({
    shape: member.shape,
    location: member.location,
    locationName: member.locationName,
    flattened: member.flattened,
    xmlAttribute: member.xmlAttribute,
    xmlNamespace: toNamespace(member.xmlNamespace),
    streaming: member.streaming,
    timestampFormat: member.timestampFormat,
    sensitive: member.sensitive,
  })
}

function toNamespace(namespace: ShapeDefinition['xmlNamespace']): Facts | undefined {
  if (namespace === undefined) return undefined
  return typeof namespace === 'string' ? { uri: namespace } : compact({ prefix: namespace.prefix, uri: namespace.uri })
}

/** Shapes some operation or its errors lead to; definitions keep retired ones around. */
function reachableShapes(definition: ServiceDefinition): Set<string> {
  const found = new Set<string>()
  const open = Object.values(definition.operations).flatMap(({ input, output, errors = [] }) =>
    [input, output, ...errors].flatMap((use) => (use === undefined ? [] : [use.shape])),
  )
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    found.add(name)
    const shape = definition.shapes[name]
    const uses = [...Object.values(shape?.members ?? {}), shape?.member, shape?.key, shape?.value]
    for (const use of uses) if (use !== undefined) open.push(use.shape)
  }
  return found
}

function mapSorted<T>(record: Readonly<Record<string, T>>, to: (value: T, name: string) => Facts): Facts {
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((name) => [name, to(record[name] as T, name)]),
  )
}

function mapInOrder<T>(record: Readonly<Record<string, T>>, to: (value: T) => Facts): Facts {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))
}

function compact(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== false))
}

/** One line per operation and shape: small, and a change of one shape is a change of one line. */
export function modelText(model: ServiceModel): string {
  const lines = Object.entries(model).map(([key, value]) => {
    if (key !== 'operations' && key !== 'shapes') return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`
    const inner = Object.entries(value).map(([name, each]) => `    ${JSON.stringify(name)}: ${JSON.stringify(each)}`)
    return `  ${JSON.stringify(key)}: {\n${inner.join(',\n')}\n  }`
  })
  return `{\n${lines.join(',\n')}\n}\n`
}
