import { nothingOfUser } from './nothing-of-user.ts'

/** Nobody has passwords for single services here. */
export const listServiceSpecificCredentials = nothingOfUser('ListServiceSpecificCredentials', {
  ServiceSpecificCredentials: [],
  IsTruncated: false,
})
