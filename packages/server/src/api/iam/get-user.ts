import { onUser } from './entity-access.ts'
import { userOrCaller } from './entity-name.ts'
import { presentUser, wholeSeconds } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getUser = defineOperation({
  name: 'GetUser',
  action: 'iam:GetUser',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:GetUser'),
  run(input, { identity }, call, fail) {
    const { principal, account } = call
    if (input.UserName === undefined && principal.kind === 'root') {
      const CreateDate = wholeSeconds(identity.createdAtMs(account) ?? 0)
      return { User: { Path: '/', UserName: 'root', UserId: account, Arn: principal.arn, CreateDate } }
    }
    return { User: presentUser(identity.entities.get(userOrCaller(input, call, fail), fail), identity) }
  },
})
