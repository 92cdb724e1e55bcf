import type { ServiceModel } from '../../packages/aws-kit/src/model/index.ts'
import { commonQueryErrors } from './common-errors.ts'
import type { MemberDefinition, OperationDefinition, ServiceDefinition, ShapeDefinition } from './service-definition.ts'

/*
 * A service that speaks JSON today has clients from before, which speak the query protocol. Its definition of today
 * has lost the names of that wire; the last one from before, here `old`, has them.
 */

/** The definition in the query protocol: operations, members and rules of today under the names they had there. */
export function inQueryProtocol(current: ServiceDefinition, old: ServiceDefinition): ServiceDefinition {
  const operations = Object.entries(current.operations).map(([name, operation]) => [
    name,
    withWrapper(operation, old.operations[name]),
  ])
  const shapes = Object.entries(current.shapes).map(([name, shape]) => [name, withNames(shape, old, old.shapes[name])])
  return { metadata: old.metadata, operations: Object.fromEntries(operations), shapes: Object.fromEntries(shapes) }
}

/** Codes of errors in the query protocol where they differ from JSON's, which are the shapes' names. */
export function queryErrorsOf(old: ServiceDefinition): NonNullable<ServiceModel['queryErrors']> {
  const modelled = Object.entries(old.shapes).flatMap(([name, { error }]) =>
    error?.code === undefined || error.code === name ? [] : [[name, error.code] as const],
  )
  return { ...commonQueryErrors, ...Object.fromEntries(modelled) }
}

function withWrapper(operation: OperationDefinition, old: OperationDefinition | undefined): OperationDefinition {
  const { output } = operation
  const resultWrapper = old?.output?.resultWrapper
  return output === undefined || resultWrapper === undefined
    ? operation
    : { ...operation, output: { ...output, resultWrapper } }
}

function withNames(shape: ShapeDefinition, old: ServiceDefinition, was: ShapeDefinition | undefined): ShapeDefinition {
  const members = Object.entries(shape.members ?? {}).map(([name, member]) => [
    name,
    withName(member, wireName(old, was?.members?.[name])),
  ])
  return {
    ...shape,
    ...(shape.members && { members: Object.fromEntries(members) }),
    // Of a flattened list, the name has gone to the members that use it.
    ...(shape.member && { member: withName(shape.member, shape.flattened ? undefined : was?.member?.locationName) }),
    ...(shape.key && { key: withName(shape.key, was?.key?.locationName) }),
    ...(shape.value && { value: withName(shape.value, was?.value?.locationName) }),
    // The code is among `queryErrorsOf`: inside, errors have one name in either protocol.
    ...(was?.error?.httpStatusCode !== undefined && { error: { httpStatusCode: was.error.httpStatusCode } }),
  }
}

/** A flattened list has no element of its own: where its items have a name, that is the member's on the wire. */
function wireName(old: ServiceDefinition, member: MemberDefinition | undefined): string | undefined {
  const shape = member && old.shapes[member.shape]
  const isFlattened = member?.flattened === true || shape?.flattened === true
  return (isFlattened ? shape?.member?.locationName : undefined) ?? member?.locationName ?? shape?.locationName
}

function withName(member: MemberDefinition, locationName: string | undefined): MemberDefinition {
  return locationName === undefined ? member : { ...member, locationName }
}
