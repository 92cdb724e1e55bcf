import { describeGrant } from './describe-grant.ts'
import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

export const listRetirableGrants = defineOperation({
  name: 'ListRetirableGrants',
  action: 'kms:ListRetirableGrants',
  uses: ['kms'],
  readOnly: true,
  run(input, { kms }, call, fail) {
    const { RetiringPrincipal: principal } = input
    // Other accounts' principals may not be asked about. @source KMS API Reference, ListRetirableGrants: cross-account use
    const isOwn = principal?.includes(`:${call.account}:`) || principal === call.account
    const grants = principal !== undefined && isOwn ? kms.grants.retirableBy(principal, call.region) : []
    const { items, members } = listPage(grants, ({ id }) => id, input, fail)
    return { Grants: items.map((grant) => describeGrant(grant, call)), ...members }
  },
})
