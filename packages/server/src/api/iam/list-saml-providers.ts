import { defineOperation } from './service.ts'

/** Nobody signs in by SAML here. Tools that check an account ask for all of them. */
export const listSAMLProviders = defineOperation({
  name: 'ListSAMLProviders',
  action: 'iam:ListSAMLProviders',
  uses: [],
  readOnly: true,
  run: () => ({ SAMLProviderList: [] }),
})
