import { type Entity, type EntityKind, type Identity, type ManagedPolicy, pageOf } from '../../identity/index.ts'
import type * as iam from '../generated/iam.ts'
import {
  encodeDocument,
  pageMembers,
  presentGroup,
  presentPolicy,
  presentRole,
  presentUser,
  presentVersion,
} from './presentation.ts'
import { defineOperation } from './service.ts'

/** Everything that says who may do what, at once: tools that check an account begin with it. */
export const getAccountAuthorizationDetails = defineOperation({
  name: 'GetAccountAuthorizationDetails',
  action: 'iam:GetAccountAuthorizationDetails',
  uses: ['identity'],
  readOnly: true,
  run(input, { identity }, { account }, fail) {
    const usage = identity.policies.usage(account)
    const isAttached = ({ arn }: ManagedPolicy) => usage.has(arn)
    const entities = (kind: EntityKind) => identity.entities.list(kind, account)
    const all: Readonly<Record<iam.EntityType, () => readonly (Entity | ManagedPolicy)[]>> = {
      Group: () => entities('group'),
      Role: () => entities('role'),
      User: () => entities('user'),
      LocalManagedPolicy: () => identity.policies.list(account),
      // Of AWS's only those in use. @source IAM API Reference, GetAccountAuthorizationDetails: Filter
      AWSManagedPolicy: () => identity.policies.bundled().filter(isAttached),
    }
    const wanted = input.Filter ?? (Object.keys(all) as iam.EntityType[])
    const items = [...new Set(wanted)].flatMap((type) =>
      all[type]().map((item) => ({ item, key: `${type}/${'arn' in item ? item.arn : item.name.toLowerCase()}` })),
    )
    const page = pageOf(items.sort(byKey), ({ key }) => key, input, fail)
    const shown = page.items.map(({ item }) => item)
    return {
      UserDetailList: shown.flatMap((one) => ('kind' in one && one.kind === 'user' ? [userDetail(one, identity)] : [])),
      GroupDetailList: shown.flatMap((one) =>
        'kind' in one && one.kind === 'group' ? [groupDetail(one, identity)] : [],
      ),
      RoleDetailList: shown.flatMap((one) => ('kind' in one && one.kind === 'role' ? [roleDetail(one, identity)] : [])),
      Policies: shown.flatMap((one) => ('arn' in one ? [policyDetail(one, usage.get(one.arn))] : [])),
      ...pageMembers(page),
    }
  },
})

function byKey(left: { readonly key: string }, right: { readonly key: string }): number {
  if (left.key === right.key) return 0
  return left.key < right.key ? -1 : 1
}

type Detailed<Kind extends EntityKind> = Extract<Entity, { readonly kind: Kind }>

function userDetail(user: Detailed<'user'>, identity: Identity): iam.UserDetail {
  const { account, groups } = user
  const names = groups.map((name) => identity.entities.find({ kind: 'group', account, name })?.name ?? name)
  return {
    ...presentUser(user, identity),
    ...(Object.keys(user.inlinePolicies).length > 0 && { UserPolicyList: inline(user) }),
    GroupList: names,
    AttachedManagedPolicies: attached(user, identity),
  }
}

function groupDetail(group: Detailed<'group'>, identity: Identity): iam.GroupDetail {
  return {
    ...presentGroup(group, identity),
    GroupPolicyList: inline(group),
    AttachedManagedPolicies: attached(group, identity),
  }
}

function roleDetail(role: Detailed<'role'>, identity: Identity): iam.RoleDetail {
  const { MaxSessionDuration: _, Description: __, ...shown } = presentRole(role, identity)
  return {
    ...shown,
    InstanceProfileList: [],
    RolePolicyList: inline(role),
    AttachedManagedPolicies: attached(role, identity),
  }
}

function policyDetail(policy: ManagedPolicy, usage: Parameters<typeof presentPolicy>[1]): iam.ManagedPolicyDetail {
  return {
    ...presentPolicy(policy, usage),
    ...(policy.description !== undefined && { Description: policy.description }),
    PolicyVersionList: policy.versions.map((version) => presentVersion(policy, version, 'with document')),
  }
}

function inline({ inlinePolicies }: Entity): readonly iam.PolicyDetail[] {
  return Object.entries(inlinePolicies).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodeDocument(document),
  }))
}

function attached({ attachedPolicies }: Entity, identity: Identity): readonly iam.AttachedPolicy[] {
  return attachedPolicies.map((arn) => ({
    PolicyName: identity.policies.find(arn)?.name ?? arn.slice(arn.lastIndexOf('/') + 1),
    PolicyArn: arn,
  }))
}
