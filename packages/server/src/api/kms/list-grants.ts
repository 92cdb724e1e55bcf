import { askedKey, onKey } from './addressed-key.ts'
import { describeGrant } from './describe-grant.ts'
import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

export const listGrants = defineOperation({
  name: 'ListGrants',
  action: 'kms:ListGrants',
  uses: ['kms'],
  readOnly: true,
  access: onKey('kms:ListGrants', { takes: 'key', crossAccount: true }, () => ({
    'kms:GrantIsForAWSResource': 'false',
  })),
  run(input, { kms }, call, fail) {
    const { GrantId: id, GranteePrincipal: grantee, GranteeServicePrincipal: service } = input
    const key = askedKey({ kms }, call, fail)
    const grants = kms.grants
      .of(key)
      .filter(
        (grant) =>
          service === undefined && (id ?? grant.id) === grant.id && (grantee ?? grant.grantee) === grant.grantee,
      )
    const { items, members } = listPage(grants, (grant) => grant.id, input, fail)
    return { Grants: items.map((grant) => describeGrant(grant, call)), ...members }
  },
})
