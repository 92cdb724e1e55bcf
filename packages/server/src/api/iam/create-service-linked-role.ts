import { serviceLinkedRole } from '../../identity/index.ts'
import { presentRole } from './presentation.ts'
import { defineOperation } from './service.ts'

export const createServiceLinkedRole = defineOperation({
  name: 'CreateServiceLinkedRole',
  action: 'iam:CreateServiceLinkedRole',
  uses: ['identity', 'clock'],
  readOnly: false,
  access: (input, _capabilities, call) => [
    {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:${call.partition}:iam::${call.account}:role/aws-service-role/${input.AWSServiceName}/*`,
      context: { 'iam:AWSServiceName': input.AWSServiceName },
    },
  ],
  async run(input, { identity, clock }, call, fail) {
    const { AWSServiceName: service, CustomSuffix: suffix, Description: description } = input
    if (suffix !== undefined) fail('InvalidInputException', `Custom suffix is not allowed for ${service}`)
    const role = serviceLinkedRole(
      service,
      {
        account: call.account,
        id: identity.newId('AROA', call.account),
        createdAtMs: clock.nowMs(),
        ...(description === undefined ? {} : { description }),
      },
      call.partition,
    )
    if (role === undefined) return fail('InvalidInputException', `Service ${service} has no service-linked role here.`)
    const taken = `Service role name ${role.name} has been taken in this account, please try a different suffix.`
    const made = await identity.entities.create(call.cause, role, (code, message) =>
      code === 'EntityAlreadyExistsException' ? fail('InvalidInputException', taken) : fail(code, message),
    )
    return { Role: presentRole(made, identity) }
  },
})
