import { defineOperation } from './service.ts'

/** Nobody signs in by OpenID Connect here. Tools that check an account ask for all of them. */
export const listOpenIDConnectProviders = defineOperation({
  name: 'ListOpenIDConnectProviders',
  action: 'iam:ListOpenIDConnectProviders',
  uses: [],
  readOnly: true,
  run: () => ({ OpenIDConnectProviderList: [] }),
})
