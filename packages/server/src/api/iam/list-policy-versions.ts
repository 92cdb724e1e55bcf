import { pageOf } from '../../identity/index.ts'
import { onPolicy } from './entity-access.ts'
import { pageMembers, presentVersion } from './presentation.ts'
import { defineOperation } from './service.ts'

export const listPolicyVersions = defineOperation({
  name: 'ListPolicyVersions',
  action: 'iam:ListPolicyVersions',
  uses: ['identity'],
  readOnly: true,
  access: onPolicy('iam:ListPolicyVersions'),
  run(input, { identity }, _call, fail) {
    const policy = identity.policies.get(input.PolicyArn, fail)
    const page = pageOf([...policy.versions].reverse(), ({ id }) => newestFirst(id), input, fail)
    return {
      Versions: page.items.map((version) => presentVersion(policy, version, 'without document')),
      ...pageMembers(page),
    }
  },
})

/** A key that sorts `v2` before `v1`. */
function newestFirst(versionId: string): string {
  return String(Number.MAX_SAFE_INTEGER - Number(versionId.slice(1)))
}
