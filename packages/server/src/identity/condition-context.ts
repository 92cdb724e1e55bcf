import type { CatalogReader } from '../ports/catalog.ts'
import { entitiesOf, entityKey, type Tag } from './entity.ts'
import type { Principal } from './principal.ts'
import { callerId } from './record-identity.ts'

/**
 * The global condition keys that the caller decides: `aws:PrincipalArn`, `aws:username`, `aws:PrincipalTag/…` and so
 * on. A role session's ARN is its role's here, as on AWS.
 *
 * @source IAM User Guide, "AWS global condition context keys", properties of the principal and of the role session
 */
export function principalContext(
  principal: Principal,
  catalog: CatalogReader,
): Record<string, string | readonly string[]> {
  switch (principal.kind) {
    case 'operator':
    case 'anonymous':
      return { 'aws:PrincipalIsAWSService': 'false', 'aws:PrincipalType': 'Anonymous' }
    case 'service':
      return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': principal.name }
  }
  const { session } = principal
  return {
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalArn': principal.kind === 'role-session' ? principal.roleArn : principal.arn,
    'aws:PrincipalType': { root: 'Account', user: 'User', 'role-session': 'AssumedRole' }[principal.kind],
    'aws:userid': callerId(principal) ?? '',
    ...(principal.kind === 'user' ? { 'aws:username': principal.userName } : {}),
    ...principalTags(principal, catalog),
    ...(session === undefined
      ? {}
      : {
          'aws:TokenIssueTime': new Date(session.createdAtMs).toISOString(),
          'aws:MultiFactorAuthPresent': String(session.mfa),
          ...(session.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': session.sourceIdentity }),
        }),
  }
}

/** Tags of the user or role; a session's own come first. */
function principalTags(principal: Principal, catalog: CatalogReader): Record<string, string> {
  const tags: Record<string, string> = {}
  const add = (key: string, value: string) => {
    tags[`aws:PrincipalTag/${key}`] = value
  }
  if (principal.kind === 'user') {
    for (const { key, value } of entityTags('user', principal.account, principal.userName, catalog)) add(key, value)
  }
  if (principal.kind === 'role-session') {
    for (const { key, value } of entityTags('role', principal.account, principal.roleName, catalog)) add(key, value)
    for (const [key, value] of Object.entries(principal.session.tags ?? {})) add(key, value)
  }
  return tags
}

function entityTags(kind: 'user' | 'role', account: string, name: string, catalog: CatalogReader): readonly Tag[] {
  return catalog.get(entitiesOf(kind), entityKey({ account, name }))?.tags ?? []
}
