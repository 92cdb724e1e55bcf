import type { Role } from './entity.ts'

/** Services whose linked role can be made here: those that exist here. */
const linkedRoles: Readonly<Record<string, { readonly roleName: string; readonly policy: string }>> = {
  'context.cloudtrail.amazonaws.com': {
    roleName: 'AWSServiceRoleForCloudTrailEventContext',
    policy: 'CloudTrailEventContext',
  },
  'cloudtrail.amazonaws.com': { roleName: 'AWSServiceRoleForCloudTrail', policy: 'CloudTrailServiceRolePolicy' },
}

/** The role a service acts with in an account; `undefined` for services that have none here. */
export function serviceLinkedRole(
  service: string,
  role: Pick<Role, 'account' | 'id' | 'createdAtMs' | 'description'>,
  partition: string,
): Role | undefined {
  const found = linkedRoles[service]
  if (found === undefined) return undefined
  return {
    ...role,
    kind: 'role',
    name: found.roleName,
    path: `/aws-service-role/${service}/`,
    inlinePolicies: {},
    attachedPolicies: [`arn:${partition}:iam::aws:policy/aws-service-role/${found.policy}`],
    tags: [],
    sessionSecondsMax: 3600,
    linkedService: service,
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    }),
  }
}
