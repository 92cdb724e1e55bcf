import type { Member, StructureShape } from '../model/index.ts'
import type { ObservedRequest } from './identify.ts'
import type { RoutedOperation, RouteTable } from './route-table.ts'

const encoder = new TextEncoder()

/**
 * A request for an operation as its model allows: required members of head and path are there, the body is not. It is
 * what a call has to be told by.
 */
export function requestOf(table: RouteTable, operation: RoutedOperation): ObservedRequest {
  const signing = { service: table.signingName, region: 'eu-west-1' }
  const host = `${operation.hostPrefix.replace(/\{[^}]*\}/g, 'label')}${table.endpointPrefix}.eu-west-1.amazonaws.com`
  const common = { host, signing, bodyHead: new Uint8Array(), bodyIsWhole: true }
  const { name, http } = operation
  switch (table.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1': {
      const headers = { 'x-amz-target': `${table.targetPrefix}.${name}`, 'content-type': 'application/x-amz-json-1.1' }
      return { ...common, method: 'POST', target: '/', headers }
    }
    case 'rpcV2Cbor': {
      const target = `/service/${table.targetPrefix}/operation/${name}`
      return { ...common, method: 'POST', target, headers: { 'smithy-protocol': 'rpc-v2-cbor' } }
    }
    case 'query':
    case 'ec2Query': {
      const bodyHead = encoder.encode(`Action=${name}&Version=${table.model.apiVersion}`)
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
      return { ...common, method: 'POST', target: '/', headers, bodyHead }
    }
    default: {
      const [path = '', query = ''] = http.uri.split('?')
      const input = operation.input === undefined ? undefined : table.model.shapes[operation.input]
      const shape = input?.type === 'structure' ? input : undefined
      const required = requiredMembers(shape, 'querystring').map((wireName) => `${wireName}=value`)
      const target = [path.replace(/\{[^}]*\}/g, 'label'), [query, ...required].filter(Boolean).join('&')]
      const headers = requiredMembers(shape, 'header').map((wireName) => [wireName.toLowerCase(), 'value'])
      return {
        ...common,
        method: http.method,
        target: target.filter(Boolean).join('?'),
        headers: Object.fromEntries(headers),
      }
    }
  }
}

function requiredMembers(shape: StructureShape | undefined, location: Member['location']): readonly string[] {
  return Object.entries(shape?.members ?? {}).flatMap(([name, member]) =>
    member.location === location && shape?.required.includes(name) ? [member.locationName ?? name] : [],
  )
}
