import { type EntityKind, limits } from '../../identity/index.ts'
import { defineOperation } from './service.ts'

export const getAccountSummary = defineOperation({
  name: 'GetAccountSummary',
  action: 'iam:GetAccountSummary',
  uses: ['identity'],
  readOnly: true,
  run(_input, { identity }, call) {
    const count = (kind: EntityKind) => identity.entities.list(kind, call.account).length
    return {
      SummaryMap: {
        Users: count('user'),
        UsersQuota: limits.usersPerAccount,
        Groups: count('group'),
        GroupsQuota: limits.groupsPerAccount,
        Roles: count('role'),
        RolesQuota: limits.rolesPerAccount,
        Policies: identity.policies.list(call.account).length,
        PoliciesQuota: limits.policiesPerAccount,
        PolicySizeQuota: limits.managedPolicySize,
        VersionsPerPolicyQuota: limits.policyVersions,
        AccessKeysPerUserQuota: limits.accessKeysPerUser,
        GroupsPerUserQuota: limits.groupsPerUser,
        AttachedPoliciesPerUserQuota: limits.attachedPolicies,
        AttachedPoliciesPerGroupQuota: limits.attachedPolicies,
        AttachedPoliciesPerRoleQuota: limits.attachedPolicies,
        UserPolicySizeQuota: limits.inlinePolicySize.user,
        GroupPolicySizeQuota: limits.inlinePolicySize.group,
        RolePolicySizeQuota: limits.inlinePolicySize.role,
        AssumeRolePolicySizeQuota: limits.trustPolicySize,
      },
    }
  },
})
