import { defineOperation } from './service.ts'

/** No certificates are kept here for load balancers. Tools that check an account ask for all of them. */
export const listServerCertificates = defineOperation({
  name: 'ListServerCertificates',
  action: 'iam:ListServerCertificates',
  uses: [],
  readOnly: true,
  run: () => ({ ServerCertificateMetadataList: [], IsTruncated: false }),
})
