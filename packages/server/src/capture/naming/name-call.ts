import { isReadOnlyName, type JsonObject, recordMemberName } from '@cairn/core/record'
import type { CallPlace, NamedCall, ObservedRequest } from './named-call.ts'

/** Names a call by its target or as one of S3's on objects and buckets. Never throws. */
export function nameCall(request: ObservedRequest, place: CallPlace): NamedCall {
  const service = request.signing?.service ?? request.host.split('.')[0] ?? 'unknown'
  const target = request.headers['x-amz-target']
  if (target !== undefined) return named(service, target.slice(target.lastIndexOf('.') + 1), jsonParameters(request))
  const [path = '', query = ''] = request.target.split('?', 2)
  const [, bucketName = '', ...rest] = path.split('/')
  const key = rest.join('/')
  const kind = key === '' ? 'Bucket' : 'Object'
  const verb = { GET: key === '' ? 'List' : 'Get', PUT: key === '' ? 'Create' : 'Put', HEAD: 'Head', DELETE: 'Delete' }
  const first = Object.hasOwn(verb, request.method) ? verb[request.method as keyof typeof verb] : 'Post'
  const call = named('s3', bucketName === '' ? 'ListBuckets' : first === 'List' ? 'ListObjects' : first + kind, {
    ...(bucketName !== '' && { bucketName }),
    Host: request.host,
    ...(key !== '' && { key }),
    ...Object.fromEntries(new URLSearchParams(query)),
  })
  const bucket = `arn:${place.partition}:s3:::${bucketName}`
  if (bucketName === '') return { ...call, protocol: 'restXml' }
  const own = { accountId: place.account, type: 'AWS::S3::Bucket', ARN: bucket }
  return {
    ...call,
    protocol: 'restXml',
    category: 'Data',
    resources: key === '' ? [own] : [{ type: 'AWS::S3::Object', ARN: `${bucket}/${key}` }, own],
  }
}

function named(service: string, operation: string, requestParameters: JsonObject | null): NamedCall {
  const eventSource = `${service}.amazonaws.com`
  return {
    service,
    operation,
    eventSource,
    eventName: operation,
    readOnly: isReadOnlyName(eventSource, operation),
    category: 'Management',
    actions: [`${service}:${operation}`],
    resources: [],
    requestParameters,
    protocol: 'awsJson1_1',
    certainty: 'guessed',
  }
}

function jsonParameters({ bodyHead, bodyIsWhole }: ObservedRequest): JsonObject | null {
  if (!bodyIsWhole) return null
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bodyHead))
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [recordMemberName(name), value]))
  } catch {
    return null
  }
}
