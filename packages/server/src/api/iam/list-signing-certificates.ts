import { nothingOfUser } from './nothing-of-user.ts'

/** Nobody has signing certificates here. */
export const listSigningCertificates = nothingOfUser('ListSigningCertificates', {
  Certificates: [],
  IsTruncated: false,
})
