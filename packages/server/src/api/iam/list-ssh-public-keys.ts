import { nothingOfUser } from './nothing-of-user.ts'

/** Nobody has SSH keys here. */
export const listSSHPublicKeys = nothingOfUser('ListSSHPublicKeys', { SSHPublicKeys: [], IsTruncated: false })
