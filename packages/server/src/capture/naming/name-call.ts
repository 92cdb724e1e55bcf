import {
  formTree,
  type Identified,
  identify,
  type ObservedRequest,
  type RoutedOperation,
  type RouteTable,
  readInput,
  topOfForm,
} from '@cairn/aws-kit/naming'
import {
  dataEventOf,
  dynamodbParameters,
  ec2Parameters,
  isReadOnlyName,
  type JsonObject,
  memberHabits,
  recordApiVersion,
  recordEventName,
  recordEventSource,
  recordMembers,
} from '@cairn/core/record'
import { resourcesOf } from './call-resources.ts'
import type { CallPlace, NamedCall } from './named-call.ts'
import { passedRoles } from './passed-roles.ts'
import { nameS3Call } from './s3-call.ts'

/** What a call is called whose operation nothing tells. */
const unknownName = 'UnknownOperation'

/** A name in a request that is longer is none. */
const shownCharsMax = 256

/**
 * What the record says of a call before its outcome, and what it needs to be allowed. Works on the head of the request
 * alone, in time linear in its length. Never throws: what cannot be read is left out, what cannot be named is called so.
 */
export function nameCall(request: ObservedRequest, place: CallPlace): NamedCall {
  const identified = identify(request)
  const { table, operation, protocol, isCertain } = identified
  if (table?.service === 's3') return nameS3Call(request, identified, table, place)
  if (table === undefined || operation === undefined) return unknownCall(request, identified)
  // EC2's forms are shown as they are, and their tops say what a call is done on.
  const isEc2 = table.service === 'ec2'
  const input = isEc2 ? topOfForm(formTree(identified.form)) : (readInput(identified, request) ?? {})
  const data = dataEventOf(table.service, operation.name)
  const resources = resourcesOf(table, operation, input, place)
  const roles = passedRoles(identified, request, place)
  const apiVersion = recordApiVersion(table.service, table.model.apiVersion)
  return {
    ...namesOf(table, operation),
    ...(apiVersion !== undefined && { apiVersion }),
    category: data === undefined ? 'Management' : 'Data',
    resourceArns: resources.arns,
    ...(roles.length > 0 && { passedRoles: roles }),
    resources: resources.recorded,
    requestParameters: parametersOf(request, identified, table, operation, input),
    protocol,
    certainty: isCertain ? 'known' : 'guessed',
  }
}

/** The part of a named call that its operation alone tells. */
export function namesOf(table: RouteTable, operation: RoutedOperation) {
  const eventSource = recordEventSource(table.service, table.signingName)
  return {
    service: table.service,
    operation: operation.name,
    eventSource,
    eventName: recordEventName(table.service, operation.name, operation.http.uri),
    readOnly: isReadOnlyName(eventSource, operation.name, operation.reads),
    actions: operation.actions,
  } as const
}

function parametersOf(
  request: ObservedRequest,
  { form, query }: Identified,
  table: RouteTable,
  operation: RoutedOperation,
  input: Readonly<Record<string, unknown>>,
): JsonObject | null {
  const { service, model } = table
  if (service === 'ec2') {
    return ec2Parameters({ model, operation: operation.name, input: operation.input, form: formTree(form) })
  }
  if (service === 'dynamodb' && dataEventOf(service, operation.name) !== undefined) return dynamodbParameters(input)
  const shown = recordMembers(model, operation.input, input, memberHabits(service, operation.name))
  return service === 's3control' ? { ...shown, ...Object.fromEntries(query), Host: request.host } : shown
}

/** Its body is not shown: nobody knows what in it is secret. */
function unknownCall(request: ObservedRequest, { table, spelled, protocol }: Identified): NamedCall {
  const service = table?.service ?? request.signing?.service ?? request.host.split('.')[0] ?? ''
  const eventSource = recordEventSource(service, table?.signingName ?? service)
  const named = spelled !== undefined && /^[A-Za-z0-9]{1,128}$/.test(spelled) ? spelled : undefined
  const question = request.target.indexOf('?')
  const path = question < 0 ? request.target : request.target.slice(0, question)
  return {
    service,
    eventSource: cleanSource(eventSource),
    eventName: named ?? unknownName,
    readOnly: named === undefined ? /^(GET|HEAD|OPTIONS)$/.test(request.method) : isReadOnlyName(eventSource, named),
    category: 'Management',
    actions: [],
    resourceArns: [],
    resources: [],
    requestParameters: null,
    additionalEventData: { httpMethod: request.method.slice(0, 16), path: path.slice(0, shownCharsMax) },
    protocol,
    certainty: 'unknown',
  }
}

/** A host or a scope is anybody's text; an event source is made of these. */
function cleanSource(eventSource: string): string {
  return /^[a-z0-9-]{1,63}\.amazonaws\.com$/.test(eventSource) ? eventSource : 'unknown.amazonaws.com'
}
