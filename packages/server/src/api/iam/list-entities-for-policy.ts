import { type Entity, pageOf } from '../../identity/index.ts'
import { onPolicy } from './entity-access.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listEntitiesForPolicy = defineOperation({
  name: 'ListEntitiesForPolicy',
  action: 'iam:ListEntitiesForPolicy',
  uses: ['identity'],
  readOnly: true,
  access: onPolicy('iam:ListEntitiesForPolicy'),
  run(input, { identity }, call, fail) {
    const { arn } = identity.policies.get(input.PolicyArn, fail)
    const use = input.PolicyUsageFilter === 'PermissionsBoundary' ? 'boundary' : 'attached'
    const kind = input.EntityFilter?.toLowerCase()
    const found = identity.policies
      .entitiesWith(call.account, arn, use)
      .filter(
        (entity) => (kind === undefined || entity.kind === kind) && entity.path.startsWith(input.PathPrefix ?? '/'),
      )
    const ordered = [...found].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    const page = pageOf(ordered, orderOf, input, fail)
    const of = (wanted: Entity['kind']) => page.items.filter((entity) => entity.kind === wanted)
    return {
      PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...pageMembers(page),
    }
  },
})

function orderOf({ kind, name }: Entity): string {
  return `${kind}/${name.toLowerCase()}`
}
