import type { AccessRequest, Call, Fail } from '../operation.ts'

/** The only one. */
export const workGroupName = 'primary'

export function checkWorkGroup(name: string | undefined, fail: Fail<'InvalidRequestException'>): void {
  if (name === undefined || name === workGroupName) return
  fail('InvalidRequestException', `WorkGroup ${name} is not found.`)
}

/** @source Service Authorization Reference, Athena: workgroup */
export function workGroupAccess(
  action: string,
  { partition, region, account }: Call,
  name = workGroupName,
): readonly AccessRequest[] {
  return [{ action, resource: `arn:${partition}:athena:${region}:${account}:workgroup/${name}` }]
}
