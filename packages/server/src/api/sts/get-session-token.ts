import { refuseMfa } from './mfa.ts'
import { presentCredentials } from './presentation.ts'
import { defineOperation } from './service.ts'

export const getSessionToken = defineOperation({
  name: 'GetSessionToken',
  action: 'sts:GetSessionToken',
  uses: ['identity'],
  readOnly: true,
  // No policy can allow it or deny it to a user, as on AWS.
  access: () => [],
  run(input, { identity }, { principal }, fail) {
    refuseMfa(input, fail)
    if ((principal.kind !== 'user' && principal.kind !== 'root') || principal.session !== undefined) {
      return fail('AccessDenied', 'Cannot call GetSessionToken with session credentials')
    }
    return { Credentials: presentCredentials(identity.sessions.ofCaller(principal, input.DurationSeconds)) }
  },
})
