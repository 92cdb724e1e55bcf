import {
  fromJson,
  fromXml,
  type RoutedOperation,
  type RouteTable,
  readCborHead,
  readJsonHead,
  routeIndex,
  routeTable,
} from '@cairn/aws-kit/naming'
import { readXmlHead, type XmlElement } from '@cairn/aws-kit/protocol'
import {
  ec2Elements,
  type JsonObject,
  memberHabits,
  recordErrorCode,
  recordMembers,
  showsResponse,
  unwrapAnswer,
} from '@cairn/core/record'
import { readError } from './answer-error.ts'
import type { NamedCall, ObservedAnswer, ReadAnswer } from './named-call.ts'
import { s3Answer } from './s3-answer.ts'

/** What the record of a call says of its answer, as far as its head tells. Never throws. */
export function readAnswer(call: NamedCall, answer: ObservedAnswer): ReadAnswer {
  const common = {
    ...requestIdOf(answer),
    ...(call.service === 's3' && { additionalEventData: s3Answer(call, answer).additionalEventData }),
  }
  const error = readError(call, answer)
  if (error !== undefined) {
    const label = call.eventSource.replace(/\..*$/, '')
    const code = recordErrorCode(label, error.code, answer.status >= 500)
    return { error: { code, message: error.message }, responseElements: null, ...common }
  }
  return { responseElements: elementsOf(call, answer), ...keyOf(call, answer), ...common }
}

/** Answers of KMS name the key by its ARN, whatever the request called it. */
function keyOf(call: NamedCall, { bodyHead, bodyIsWhole }: ObservedAnswer): Pick<ReadAnswer, 'resources'> {
  if (call.service !== 'kms' || call.resources.length > 0) return {}
  const body = readJsonHead(bodyHead, bodyIsWhole)
  const ARN = typeof body === 'object' && body !== null && 'KeyId' in body ? body.KeyId : undefined
  const account = typeof ARN === 'string' ? /^arn:[^:]*:kms:[^:]*:(\d{12}):key\//.exec(ARN)?.[1] : undefined
  return account === undefined ? {} : { resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: String(ARN) }] }
}

function requestIdOf({ headers }: ObservedAnswer): { readonly requestId?: string } {
  const requestId = headers['x-amzn-requestid'] ?? headers['x-amz-request-id'] ?? headers['x-amzn-request-id']
  return requestId === undefined ? {} : { requestId }
}

function elementsOf(call: NamedCall, answer: ObservedAnswer): JsonObject | null {
  if (!showsResponse(call) || call.operation === undefined) return null
  if (call.service === 's3') return s3Answer(call, answer).responseElements
  if (!routeIndex().services.includes(call.service)) return null
  const table = routeTable(call.service)
  const operation = table.operations.get(call.operation)
  if (operation === undefined) return null
  if (call.protocol === 'ec2Query') {
    const root = readXmlHead(answer.bodyHead)
    if (root === undefined) return null
    return ec2Elements({ model: table.model, operation: operation.name, output: operation.output, root })
  }
  const members = readOutput(call, table, operation, answer)
  const shown = recordMembers(table.model, operation.output, members, memberHabits(call.service, operation.name))
  return unwrapAnswer(call.service, shown)
}

function readOutput(
  call: NamedCall,
  { model }: RouteTable,
  operation: RoutedOperation,
  answer: ObservedAnswer,
): unknown {
  const use = { shape: operation.output ?? '' }
  const shape = model.shapes[use.shape]
  if (shape?.type !== 'structure' || answer.bodyHead.byteLength === 0) return {}
  const payload = shape.payload === undefined ? undefined : shape.members[shape.payload]
  const isXml = call.protocol === 'query' || call.protocol === 'restXml'
  if (payload !== undefined && shape.payload !== undefined) {
    if (payload.streaming === true || model.shapes[payload.shape]?.type !== 'structure') return {}
    const inner = isXml ? fromXml(model, payload, rootOf(answer)) : fromJson(model, payload, readBody(call, answer))
    return { [shape.payload]: inner }
  }
  if (!isXml) return fromJson(model, use, readBody(call, answer))
  const [root] = rootOf(answer)
  const wrapped = root?.children.find(({ name }) => name === operation.resultWrapper)
  return fromXml(model, use, wrapped === undefined ? rootOf(answer) : [wrapped])
}

function readBody(call: NamedCall, { bodyHead, bodyIsWhole }: ObservedAnswer): unknown {
  return call.protocol === 'rpcV2Cbor' ? readCborHead(bodyHead) : readJsonHead(bodyHead, bodyIsWhole)
}

function rootOf({ bodyHead }: ObservedAnswer): readonly XmlElement[] {
  const root = readXmlHead(bodyHead)
  return root === undefined ? [] : [root]
}
