import { inlinePolicy } from '../../identity/index.ts'
import { onGroup } from './entity-access.ts'
import { groupOf } from './entity-name.ts'
import { encodeDocument } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getGroupPolicy = defineOperation({
  name: 'GetGroupPolicy',
  action: 'iam:GetGroupPolicy',
  uses: ['identity'],
  readOnly: true,
  access: onGroup('iam:GetGroupPolicy'),
  run(input, { identity }, call, fail) {
    const group = identity.entities.get(groupOf(input, call), fail)
    const document = inlinePolicy(group, input.PolicyName, fail)
    return { GroupName: group.name, PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) }
  },
})
