import type { AccessRequest, Call, Fail } from '../operation.ts'
import { readResourceArn } from './resource-arn.ts'

/** Refuses what cannot have a policy of its own. Event data stores, channels and dashboards can. */
export function checkPolicyArn(
  arn: string,
  call: Call,
  fail: Fail<'ResourceARNNotValidException' | 'ResourceTypeNotSupportedException'>,
): void {
  const resource = readResourceArn(arn, call.partition)
  if (resource.kind === 'malformed') fail('ResourceARNNotValidException', `The ARN '${arn}' is not valid.`)
  if (resource.kind === 'unknown-type' || resource.type === 'trail') {
    fail('ResourceTypeNotSupportedException', `The resource type of ${arn} does not support resource policies.`)
  }
}

export function policyAccess(action: string, arn: string, call: Call): readonly AccessRequest[] {
  const isArn = readResourceArn(arn, call.partition).kind === 'resource'
  return [{ action, resource: isArn ? arn : '*' }]
}
