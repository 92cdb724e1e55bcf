import type { SelectableEvent } from './selector.ts'

type JsonObject = Readonly<Record<string, unknown>>

/**
 * What selectors look at in a parsed record. Members of another type than records have count as absent. A resource
 * known by a prefix of its ARN only, as in listings of a bucket, is held against selectors by that prefix.
 */
export function selectableEvent(record: JsonObject): SelectableEvent {
  const identity = isObject(record.userIdentity) ? record.userIdentity : {}
  return {
    eventCategory: textOf(record.eventCategory),
    managementEvent: flagOf(record.managementEvent),
    readOnly: flagOf(record.readOnly),
    eventSource: textOf(record.eventSource),
    eventName: textOf(record.eventName),
    eventType: textOf(record.eventType),
    sessionCredentialFromConsole: textOf(record.sessionCredentialFromConsole),
    userIdentityArn: textOf(identity.arn),
    userIdentityInvokedBy: textOf(identity.invokedBy),
    resources: resourcesOf(record.resources),
    errorCode: textOf(record.errorCode),
    vpcEndpointId: textOf(record.vpcEndpointId),
  }
}

export function resourcesOf(value: unknown): SelectableEvent['resources'] {
  if (!Array.isArray(value)) return undefined
  return value
    .filter(isObject)
    .map((resource) => ({ type: textOf(resource.type), ARN: textOf(resource.ARN) ?? textOf(resource.ARNPrefix) }))
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Some tools write the flags as text. */
export function flagOf(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true
  return value === false || value === 'false' ? false : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
