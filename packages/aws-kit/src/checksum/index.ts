export { crc32c } from './crc32c.ts'
export { isJoinableCrc, joinCrcs } from './join-crc.ts'
