import { nothingOfUser } from './nothing-of-user.ts'

/** Nobody has an MFA device here. */
export const listMFADevices = nothingOfUser('ListMFADevices', { MFADevices: [], IsTruncated: false })
