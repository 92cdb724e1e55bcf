import { defineOperation } from './service.ts'

/** Nobody has a password here, so there is no policy for them. Tools that check an account ask for it. */
export const getAccountPasswordPolicy = defineOperation({
  name: 'GetAccountPasswordPolicy',
  action: 'iam:GetAccountPasswordPolicy',
  uses: [],
  readOnly: true,
  run: (_input, _capabilities, { account }, fail) =>
    fail('NoSuchEntityException', `The Password Policy with domain name ${account} cannot be found.`),
})
