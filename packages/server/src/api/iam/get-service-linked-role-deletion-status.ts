import { defineOperation } from './service.ts'

/** Deletions are done when they are answered, so every task of a role that is gone has succeeded. */
export const getServiceLinkedRoleDeletionStatus = defineOperation({
  name: 'GetServiceLinkedRoleDeletionStatus',
  action: 'iam:GetServiceLinkedRoleDeletionStatus',
  uses: ['identity'],
  readOnly: true,
  run(input, { identity }, call, fail) {
    const [, name] = /^task\/aws-service-role\/[^/]+\/([^/]+)\/[^/]+$/.exec(input.DeletionTaskId) ?? []
    if (name === undefined || identity.entities.find({ kind: 'role', account: call.account, name }) !== undefined) {
      return fail('NoSuchEntityException', `Deletion task ${input.DeletionTaskId} cannot be found.`)
    }
    return { Status: 'SUCCEEDED' }
  },
})
