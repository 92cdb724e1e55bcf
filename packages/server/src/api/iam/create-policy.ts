import { withTags } from '../../identity/index.ts'
import { requestContext } from './entity-access.ts'
import { presentPolicy, presentTags, readTags } from './presentation.ts'
import { defineOperation } from './service.ts'

export const createPolicy = defineOperation({
  name: 'CreatePolicy',
  action: 'iam:CreatePolicy',
  uses: ['identity'],
  readOnly: false,
  access: (input, { identity }, call) => [
    {
      action: 'iam:CreatePolicy',
      resource: identity.policies.arn({ account: call.account, path: input.Path ?? '/', name: input.PolicyName }),
      context: requestContext({ Tags: input.Tags }),
    },
  ],
  async run(input, { identity }, call, fail) {
    const { description, tags } = withTags(
      { tags: [], ...(input.Description === undefined ? {} : { description: input.Description }) },
      readTags(input.Tags),
      fail,
    )
    const policy = await identity.policies.create(
      call.cause,
      {
        account: call.account,
        name: input.PolicyName,
        path: input.Path ?? '/',
        document: input.PolicyDocument,
        tags,
        ...(description === undefined ? {} : { description }),
      },
      fail,
    )
    return {
      Policy: { ...presentPolicy(policy, undefined), ...(tags.length === 0 ? {} : { Tags: presentTags(tags) }) },
    }
  },
})
