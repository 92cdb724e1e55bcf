import { inlinePolicy } from '../../identity/index.ts'
import { onUser } from './entity-access.ts'
import { userOf } from './entity-name.ts'
import { encodeDocument } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getUserPolicy = defineOperation({
  name: 'GetUserPolicy',
  action: 'iam:GetUserPolicy',
  uses: ['identity'],
  readOnly: true,
  access: onUser('iam:GetUserPolicy'),
  run(input, { identity }, call, fail) {
    const user = identity.entities.get(userOf(input, call), fail)
    const document = inlinePolicy(user, input.PolicyName, fail)
    return { UserName: user.name, PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) }
  },
})
