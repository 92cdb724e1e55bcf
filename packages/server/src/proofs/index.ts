export {
  type FirstMember,
  type HashedMember,
  hashFirstMember,
  hashMember,
  readFirstMember,
  sha256Of,
} from './gzip-member.ts'
export { type PublicKeys, publicKeys, publicKeyValues } from './public-keys.ts'
