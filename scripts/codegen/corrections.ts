import type { ServiceDefinition } from './service-definition.ts'

/** A service's definition as the service keeps to it, where it is known to say otherwise. */
export function corrected(service: string, definition: ServiceDefinition): ServiceDefinition {
  return service === 'sqs' ? withAnyAttributeNames(definition) : definition
}

/**
 * ReceiveMessage takes names of system attributes under `AttributeNames`, as every client did before there was
 * `MessageSystemAttributeNames`; the definition lists the attributes of queues instead.
 *
 * @source SQS API Reference, ReceiveMessage: AttributeNames
 */
function withAnyAttributeNames(definition: ServiceDefinition): ServiceDefinition {
  const request = definition.shapes.ReceiveMessageRequest
  if (request?.members?.AttributeNames === undefined) throw new TypeError('sqs: ReceiveMessage has no AttributeNames')
  const members = { ...request.members, AttributeNames: { shape: 'MessageAttributeNameList' } }
  return { ...definition, shapes: { ...definition.shapes, ReceiveMessageRequest: { ...request, members } } }
}
