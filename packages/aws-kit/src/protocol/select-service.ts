import type { ModelName, ServiceName } from '../model/index.ts'
import { bucketOfHost, hostName } from './bucket-host.ts'
import type { RequestHead } from './message.ts'

/** Last part of the prefix of `X-Amz-Target`; clients put `com.amazonaws.cloudtrail.v20131101.` in front or not. */
const targets: Readonly<Record<string, ServiceName>> = {
  CloudTrail_20131101: 'cloudtrail',
  TrentService: 'kms',
  AmazonSQS: 'sqs',
  AmazonAthena: 'athena',
}

const bySigningName: Readonly<Record<string, ServiceName>> = {
  cloudtrail: 'cloudtrail',
  'cloudtrail-data': 'cloudtrail-data',
  s3: 's3',
  sts: 'sts',
  iam: 'iam',
  kms: 'kms',
  sqs: 'sqs',
  athena: 'athena',
}

/**
 * Which service a request means: by target, then by the scope of its signature, then by host. What says none of these
 * is an unsigned form (STS's web identity) or S3, whose objects may be read without a signature.
 *
 * `scopeService` is unproven at this point. `undefined`: a target or scope of a service that is not here.
 */
export function selectService(head: RequestHead, scopeService?: string): ServiceName | undefined {
  const target = head.headers['x-amz-target']
  if (target !== undefined) return own(targets, targetPrefix(target))
  if (scopeService !== undefined) return own(bySigningName, scopeService)
  const host = hostName(head.headers.host ?? '')
  const byHost = own(bySigningName, host.slice(0, host.indexOf('.') + 1).replace(/(?:-fips)?\.$/, ''))
  if (byHost !== undefined) return byHost
  if (bucketOfHost(host) !== undefined) return 's3'
  // Forms are for the root; curl calls every body one, also that of an object.
  const isForm = head.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  return isForm && head.path === '/' ? 'sts' : 's3'
}

/** The model a request is read by: what clients from before a service spoke JSON send has no target. */
export function selectModel(service: ServiceName, { headers }: Pick<RequestHead, 'headers'>): ModelName {
  return service === 'sqs' && headers['x-amz-target'] === undefined ? 'sqs-query' : service
}

function targetPrefix(target: string): string {
  return target.split('.').at(-2) ?? ''
}

function own(services: Readonly<Record<string, ServiceName>>, name: string): ServiceName | undefined {
  return Object.hasOwn(services, name) ? services[name] : undefined
}
