import { type Role, withTags } from '../../identity/index.ts'
import { onRole } from './entity-access.ts'
import { roleOf } from './entity-name.ts'
import { presentRole, readTags } from './presentation.ts'
import { defineOperation } from './service.ts'

export const createRole = defineOperation({
  name: 'CreateRole',
  action: 'iam:CreateRole',
  uses: ['identity', 'clock'],
  readOnly: false,
  access: onRole('iam:CreateRole'),
  async run(input, { identity, clock }, call, fail) {
    const boundary = input.PermissionsBoundary
    if (boundary !== undefined) {
      const isKnown = identity.policies.find(boundary) !== undefined
      if (!isKnown) fail('InvalidInputException', `Scope ARN: ${boundary} does not exist or is not attachable.`)
    }
    identity.checkTrustPolicy(input.AssumeRolePolicyDocument, fail)
    const bare: Role = {
      ...roleOf(input, call),
      id: identity.newId('AROA', call.account),
      path: input.Path ?? '/',
      createdAtMs: clock.nowMs(),
      trustPolicy: input.AssumeRolePolicyDocument,
      sessionSecondsMax: input.MaxSessionDuration ?? 3600,
      inlinePolicies: {},
      attachedPolicies: [],
      tags: [],
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(boundary === undefined ? {} : { boundary }),
    }
    const role = await identity.entities.create(call.cause, withTags(bare, readTags(input.Tags), fail), fail)
    return { Role: presentRole(role, identity) }
  },
})
