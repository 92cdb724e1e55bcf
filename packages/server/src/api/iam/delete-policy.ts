import { onPolicy } from './entity-access.ts'
import { defineOperation } from './service.ts'

export const deletePolicy = defineOperation({
  name: 'DeletePolicy',
  action: 'iam:DeletePolicy',
  uses: ['identity'],
  readOnly: false,
  access: onPolicy('iam:DeletePolicy'),
  async run(input, { identity }, call, fail) {
    await identity.policies.delete(call.cause, input.PolicyArn, fail)
    return {}
  },
})
