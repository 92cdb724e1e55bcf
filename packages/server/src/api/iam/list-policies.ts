import { type ManagedPolicy, pageOf } from '../../identity/index.ts'
import { pageMembers, presentPolicy } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listPolicies = defineOperation({
  name: 'ListPolicies',
  action: 'iam:ListPolicies',
  uses: ['identity'],
  readOnly: true,
  run(input, { identity }, call, fail) {
    const { Scope: scope = 'All', PathPrefix: prefix = '/', PolicyUsageFilter: filter } = input
    const usage = identity.policies.usage(call.account)
    const isWanted = ({ arn, path }: ManagedPolicy) => {
      const { attached = 0, boundaries = 0 } = usage.get(arn) ?? {}
      if (input.OnlyAttached && attached === 0) return false
      if (filter === 'PermissionsPolicy' && attached === 0) return false
      if (filter === 'PermissionsBoundary' && boundaries === 0) return false
      return path.startsWith(prefix)
    }
    const policies = [
      ...(scope === 'Local' ? [] : identity.policies.bundled()),
      ...(scope === 'AWS' ? [] : identity.policies.list(call.account)),
    ]
    const sorted = policies.filter(isWanted).sort((a, b) => (a.arn < b.arn ? -1 : 1))
    const page = pageOf(sorted, ({ arn }) => arn, input, fail)
    return {
      Policies: page.items.map((policy) => presentPolicy(policy, usage.get(policy.arn))),
      ...pageMembers(page),
    }
  },
})
