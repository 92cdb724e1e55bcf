import { type Identified, type ObservedRequest, type RouteTable, readJsonHead } from '@cairn/aws-kit/naming'
import { readXmlHead } from '@cairn/aws-kit/protocol'
import type { JsonObject } from '@cairn/core/record'
import {
  dataEventOf,
  isReadOnlyName,
  recordEventName,
  type S3Request,
  s3Parameters,
  s3Resources,
} from '@cairn/core/record'
import { membersBelow, oncePerShape } from './members-below.ts'
import type { CallPlace, NamedCall } from './named-call.ts'
import { passedRoles } from './passed-roles.ts'
import { s3Actions } from './s3-actions.ts'

const eventSource = 's3.amazonaws.com'

/** What a browser's form posts has no operation in the model. @source S3 API reference, POST Object */
const formUpload = { eventName: 'PostObject', actions: ['s3:PutObject'] } as const

/** Names a call of S3, whose records show the wire. One that fits no operation is still one on its bucket and key. */
export function nameS3Call(
  request: ObservedRequest,
  identified: Identified,
  table: RouteTable,
  place: CallPlace,
): NamedCall {
  const { operation, labels, query, protocol, isCertain } = identified
  const { account, partition } = place
  const roles = passedRoles(identified, request, place)
  const name = operation?.name
  const bucket = labels.Bucket
  const key = labels.Key
  const s3: S3Request = {
    operation: name,
    host: request.host,
    bucket,
    key,
    query,
    headers: request.headers,
    ...bodyOf(request, table, operation),
  }
  const upload = name === undefined && isFormUpload(request, key) ? formUpload : undefined
  const isData = name === undefined ? key !== undefined || upload !== undefined : dataEventOf('s3', name) !== undefined
  const arn = `arn:${partition}:s3:::${bucket}${key !== undefined ? `/${key}` : upload === undefined ? '' : '/*'}`
  return {
    service: 's3',
    ...(name !== undefined && { operation: name }),
    eventSource,
    eventName:
      name === undefined
        ? (upload?.eventName ?? 'UnknownOperation')
        : recordEventName('s3', name, operation?.http.uri ?? ''),
    readOnly:
      name === undefined ? /^(GET|HEAD)$/.test(request.method) : isReadOnlyName(eventSource, name, operation?.reads),
    category: isData ? 'Data' : 'Management',
    actions: operation === undefined ? (upload?.actions ?? []) : s3Actions(operation, request, query),
    resourceArns: bucket === undefined ? [] : [arn],
    ...(roles.length > 0 && { passedRoles: roles }),
    resources: s3Resources(s3, { account, partition, isData }),
    requestParameters: s3Parameters(s3),
    additionalEventData: authentication(request, query),
    protocol,
    certainty: name === undefined ? (upload === undefined ? 'unknown' : 'guessed') : isCertain ? 'known' : 'guessed',
  }
}

function isFormUpload({ method, headers }: ObservedRequest, key: string | undefined): boolean {
  return method === 'POST' && key === undefined && headers['content-type']?.startsWith('multipart/form-data') === true
}

/** Documents are shown; bodies of objects are not even looked at. */
function bodyOf(
  { bodyHead, bodyIsWhole }: ObservedRequest,
  { model }: RouteTable,
  operation: Identified['operation'],
): Pick<S3Request, 'body' | 'policy' | 'sensitive'> {
  const input = operation?.input === undefined ? undefined : model.shapes[operation.input]
  if (input?.type !== 'structure' || input.payload === undefined || bodyHead.byteLength === 0) return {}
  if (operation?.name === 'PutBucketPolicy') {
    const policy = readJsonHead(bodyHead, bodyIsWhole)
    return policy === undefined ? {} : { policy }
  }
  const payload = input.members[input.payload]
  const isDocument = payload !== undefined && model.shapes[payload.shape]?.type === 'structure'
  const body = isDocument && payload.streaming !== true ? readXmlHead(bodyHead) : undefined
  return body === undefined || payload === undefined ? {} : { body, sensitive: sensitiveNames(model, payload.shape) }
}

function authentication({ headers }: ObservedRequest, query: Identified['query']): JsonObject {
  const version = /^AWS(4-| )/.exec(headers.authorization ?? '')?.[1]
  if (version !== undefined) {
    return { SignatureVersion: version === ' ' ? 'SigV2' : 'SigV4', AuthenticationMethod: 'AuthHeader' }
  }
  const names = query.map(([name]) => name.toLowerCase())
  if (names.includes('x-amz-signature')) return { SignatureVersion: 'SigV4', AuthenticationMethod: 'QueryString' }
  if (!names.includes('awsaccesskeyid')) return {}
  return { SignatureVersion: 'SigV2', AuthenticationMethod: 'QueryString' }
}

/** Names on the wire of everything in a document that the model calls sensitive. */
const sensitiveNames = oncePerShape((model, shape): ReadonlySet<string> => {
  const sensitive = [...membersBelow(model, shape)].filter(([, use]) => use.sensitive === true)
  return new Set(sensitive.map(([member, use]) => use.locationName ?? member))
})
