import type { ServiceDefinition } from './service-definition.ts'

/** A service's definition as the service keeps to it, where it is known to say otherwise. */
export function corrected(service: string, definition: ServiceDefinition): ServiceDefinition {
  if (service === 'sqs') return withAnyAttributeNames(definition)
  return service === 's3' ? withEveryBucketAcl(withoutPolicyContent(definition)) : definition
}

/**
 * Buckets take more canned ACLs than the definition lists, and ignore those about a bucket's owner.
 *
 * @source Amazon S3 User Guide, canned ACL
 */
function withEveryBucketAcl(definition: ServiceDefinition): ServiceDefinition {
  const listed = definition.shapes.BucketCannedACL
  if (listed?.enum === undefined) throw new TypeError('s3: BucketCannedACL has no values')
  const more = ['log-delivery-write', 'aws-exec-read', 'bucket-owner-read', 'bucket-owner-full-control']
  const values = [...new Set([...listed.enum, ...more])]
  return { ...definition, shapes: { ...definition.shapes, BucketCannedACL: { ...listed, enum: values } } }
}

/**
 * PutBucketPolicy answers 204; the definition, which says nothing, means 200.
 *
 * @source Amazon S3 API Reference, PutBucketPolicy: sample response
 */
function withoutPolicyContent(definition: ServiceDefinition): ServiceDefinition {
  const operation = definition.operations.PutBucketPolicy
  if (operation === undefined) throw new TypeError('s3: there is no PutBucketPolicy')
  const PutBucketPolicy = { ...operation, http: { ...operation.http, responseCode: 204 } }
  return { ...definition, operations: { ...definition.operations, PutBucketPolicy } }
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
