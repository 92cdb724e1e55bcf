import type { SelectableEvent } from './selector.ts'

type JsonObject = Readonly<Record<string, unknown>>

/**
 * What selectors look at in a parsed record. Members of another type than records have count as absent. A resource
 * known by a prefix of its ARN only, as in listings of a bucket, is held against selectors by that prefix.
 */
export function selectableEvent(record: JsonObject): SelectableEvent {
  const identity = isObject(record.userIdentity) ? record.userIdentity : {}
  return {
    eventCategory: text(record.eventCategory),
    managementEvent: flag(record.managementEvent),
    readOnly: flag(record.readOnly),
    eventSource: text(record.eventSource),
    eventName: text(record.eventName),
    eventType: text(record.eventType),
    sessionCredentialFromConsole: text(record.sessionCredentialFromConsole),
    userIdentityArn: text(identity.arn),
    resources: resources(record.resources),
    errorCode: text(record.errorCode),
    vpcEndpointId: text(record.vpcEndpointId),
  }
}

function resources(value: unknown): SelectableEvent['resources'] {
  if (!Array.isArray(value)) return undefined
  return value
    .filter(isObject)
    .map((resource) => ({ type: text(resource.type), ARN: text(resource.ARN) ?? text(resource.ARNPrefix) }))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Some tools write the flags as text. */
function flag(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true
  return value === false || value === 'false' ? false : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
